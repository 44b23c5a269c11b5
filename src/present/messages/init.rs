//! What `jincai init` writes and says.

use std::fmt;

use crate::model::language::Bilingual;

/// The names of a new configuration's seasons.
pub const SEASONS: [&str; 4] = ["第一季", "第二季", "第三季", "第四季"];

pub fn not_written(path: &str, error: &dyn fmt::Display) -> Bilingual {
    Bilingual::new(
        format!("写不了 {path}。请检查文件夹权限和磁盘空间（{error}）。"),
        format!("cannot write {path}: {error}. Check the folder's permissions and the free space."),
    )
}

/// What is there, and what to do.
pub fn already_there(config: &str) -> (Bilingual, Bilingual) {
    let text = Bilingual::new(
        format!("{config} 已经存在，没有改动任何文件"),
        format!("{config} already exists; nothing was changed"),
    );
    let hint = Bilingual::new(
        "要重新开始：先把它改名（例如 jincai-old.toml）再运行一次，或换一个文件夹：jincai init 文件夹",
        "to start again, rename it first (for example to jincai-old.toml) or name another folder: jincai init DIR",
    );
    (text, hint)
}

/// What was made in the folder, and what comes next.
pub fn done(shown: &str) -> Bilingual {
    Bilingual::new(
        format!(
            "已在 {shown} 建好：\n\
             \x20 jincai.toml           配置，每一项都有说明\n\
             \x20 inbox/                投稿箱：inbox/系部/视频.mp4\n\
             \x20 library/              作品库：成片、封面、发布文案、清单\n\
             \x20 assets/watermark.svg  占位水印，请换成学校的标志\n\
             下一步：把视频放进 inbox/系部/，在这个文件夹里运行 jincai run\n"
        ),
        format!(
            "Created in {shown}:\n\
             \x20 jincai.toml           the configuration, with every setting explained\n\
             \x20 inbox/                submissions: inbox/DEPARTMENT/video.mp4\n\
             \x20 library/              finished works: videos, covers, posts, manifests\n\
             \x20 assets/watermark.svg  a placeholder; replace it with your college's logo\n\
             Next: put videos into inbox/DEPARTMENT/ and run `jincai run` in that folder\n"
        ),
    )
}
