"use strict";
document.getElementById("copy").addEventListener("click", () => {
  const article = document.getElementById("article");
  const said = document.getElementById("said");
  let put = false;
  const copy = (event) => {
    event.clipboardData.setData("text/html", article.innerHTML);
    event.clipboardData.setData("text/plain", article.innerText);
    event.preventDefault();
    put = true;
  };
  const selection = getSelection();
  const range = document.createRange();
  range.selectNodeContents(article);
  selection.removeAllRanges();
  selection.addRange(range);
  document.addEventListener("copy", copy, { once: true });
  document.execCommand("copy");
  document.removeEventListener("copy", copy);
  if (put) selection.removeAllRanges();
  said.textContent = put ? said.dataset.done : said.dataset.failed;
});
