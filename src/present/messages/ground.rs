//! What a verb stands on – limits of the process, walls of the sandbox, names of folders – where it does not carry.

use std::path::Path;

use super::template::shown;
use crate::model::job::Diagnosis;
use crate::model::language::Bilingual;

/// Files are handled with fewer walls than there could be.
pub fn fewer_walls(diagnosis: &Diagnosis) -> Bilingual {
    let missing = missing(diagnosis);
    Bilingual::new(
        format!(
            "注意：内核没有提供{}，投稿文件在较弱的隔离下处理。请用 5.13 以上的内核；在容器里请放行它。如果这时不想处理任何文件，请设 limits.require_sandbox = true。",
            missing.zh
        ),
        format!(
            "Note: the kernel provides no {}; submitted files are processed with weaker isolation. Use kernel 5.13 or newer, and \
             in a container allow it. To process nothing in that case, set limits.require_sandbox = true.",
            missing.en
        ),
    )
}

/// Nothing is handled, because the configuration wants all walls.
pub fn walls_demanded(diagnosis: &Diagnosis) -> Bilingual {
    let missing = missing(diagnosis);
    Bilingual::new(
        format!(
            "内核没有提供{}，而配置里 limits.require_sandbox = true，所以没有处理任何文件。请用 5.13 以上的内核（在容器里请放行它），或把这一项改为 false。",
            missing.zh
        ),
        format!(
            "The kernel provides no {}, and limits.require_sandbox = true requires it: no files were processed. Use kernel 5.13 or \
             newer (in a container, allow it), or set it to false.",
            missing.en
        ),
    )
}

fn missing(diagnosis: &Diagnosis) -> Bilingual {
    let (mut zh, mut en) = (Vec::new(), Vec::new());
    if diagnosis.landlock_abi == 0 {
        zh.push("文件隔离（Landlock）");
        en.push("file isolation (Landlock)");
    }
    if !diagnosis.seccomp {
        zh.push("系统调用过滤（seccomp）");
        en.push("system-call filter (seccomp)");
    }
    Bilingual::new(zh.join("和"), en.join(" and no "))
}

/// A folder whose path FFmpeg's writer and many a program cannot take. `key` is its name in the configuration.
pub fn path_not_utf8(key: &str, path: &Path) -> Bilingual {
    let path = shown(&path.to_string_lossy());
    Bilingual::new(
        format!(
            "{key} 的路径 {path} 不是 UTF-8 编码（多半是旧系统留下的 GBK 文件夹名），成片写不进去。请给这个文件夹（或它上面的文件夹）改名，例如 convmv -f gbk -t utf8，或在 jincai.toml 里换一个文件夹。"
        ),
        format!(
            "The path of {key}, {path}, is not UTF-8 (probably a folder named on an older system), and nothing can be \
             written there. Rename the folder, or the one above it, for example with convmv -f gbk -t utf8, or set another one in \
             jincai.toml."
        ),
    )
}

/// Too little address space to begin with.
pub fn too_little_memory(limit_mb: u64, least_mb: u64) -> Bilingual {
    Bilingual::new(
        format!(
            "内存不足：启动时限定了 {limit_mb} MB（ulimit -v），至少需要 {least_mb} MB，所以没有处理任何文件。请放宽：ulimit -v unlimited；在 systemd 里去掉 LimitAS。"
        ),
        format!(
            "Out of memory: this process may use {limit_mb} MB (ulimit -v) and needs at least {least_mb} MB; no files were \
             processed. Raise it: ulimit -v unlimited; with systemd, remove LimitAS."
        ),
    )
}

/// Less address space than a worker may use by the configuration.
pub fn little_memory(limit_mb: u64, worker_mb: u64) -> Bilingual {
    Bilingual::new(
        format!(
            "注意：启动时限定了内存 {limit_mb} MB（ulimit -v），少于 limits.worker_memory_mb 的 {worker_mb} MB，大的视频可能做不成。请放宽 ulimit -v。"
        ),
        format!(
            "Note: this process may use {limit_mb} MB of memory (ulimit -v), less than the {worker_mb} MB of \
             limits.worker_memory_mb; large videos may fail. Raise ulimit -v."
        ),
    )
}

/// No file can grow beyond a limit of the process.
pub fn small_files(limit_bytes: u64) -> Bilingual {
    let limit_kb = limit_bytes / 1024;
    Bilingual::new(
        format!(
            "注意：启动时限定了每个文件最多 {limit_kb} KB（ulimit -f），更大的成片和登记库写不出来。请放宽：ulimit -f unlimited；在 systemd 里去掉 LimitFSIZE。"
        ),
        format!(
            "Note: no file may grow beyond {limit_kb} KB here (ulimit -f); larger files, including the catalogue, cannot be \
             written. Raise it: ulimit -f unlimited; with systemd, remove LimitFSIZE."
        ),
    )
}
