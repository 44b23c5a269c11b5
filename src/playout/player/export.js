// A folder has no server to tell what it showed: pressing `E` saves all plays as a file, which the office takes in. They stay where
// they are, too; the office counts each once.
"use strict";
(root => {
  const jincai = (root.jincai ||= {});

  jincai.save_plays_on_key = (page, stick) => root.addEventListener("keydown", event => {
    if (event.key.toLowerCase() !== "e" || event.repeat || event.ctrlKey || event.altKey || event.metaKey) return;
    const text = JSON.stringify({ v: 1, stick, batches: page.outbox.all() });
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([text], { type: "application/json" }));
    link.download = `jincai-plays-${stick}.json`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60e3);
  });
})(self);
