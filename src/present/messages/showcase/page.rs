//! The page of a package, and the files beside it.

use super::{LIST, SUMS, SUMS_CMD};

/// Texts of the page, which a jury reads.
pub const WORKS_UNIT: &str = "件作品";
pub const TOTAL_LENGTH: &str = "总时长";
pub const UNFINISHED_BANNER: &str = "这一包材料未齐";
pub const PLAY: &str = "播放";
pub const CHECK_TITLE: &str = "核对文件";
pub const SHEET_NAME: &str = "清单";

/// Says when the package was put together; `date` is an ISO date.
pub fn made(date: &str) -> String {
    let numbers: Vec<u32> = date.split('-').filter_map(|number| number.parse().ok()).collect();
    match numbers[..] {
        [year, month, day] => format!("整理于 {year}年{month}月{day}日"),
        _ => format!("整理于 {date}"),
    }
}

/// How the files of a package are compared with its list.
pub fn how_to_check(is_bag: bool) -> String {
    match is_bag {
        true => "逐个运行 certutil -hashfile 文件 SHA256，和“manifest-sha256.txt”对照；有 BagIt 软件的，用它校验。".to_owned(),
        false => format!(
            "在 Windows 上双击“{SUMS_CMD}”，显示“全部一致”就没有损坏；或者逐个运行 certutil -hashfile 文件 SHA256，和“{SUMS}”对照。"
        ),
    }
}

/// How the page is to be opened.
pub fn how_to_open() -> String {
    format!(
        "如果在压缩包里打开，视频放不出来：先全部解压；有几个压缩包的，都解压到同一个文件夹。作品信息的表格是“{LIST}”。"
    )
}

/// The script that compares the digests on Windows, from 7 on: its PowerShell 2 has no `Get-FileHash`, so .NET hashes. A file that is
/// not there is looked for in the folders beside, in case each zip was unpacked into a folder of its own. Its bytes are ASCII, whatever
/// code page is set; what it prints is put together of code points.
pub fn sums_cmd() -> String {
    let text = |words: &str| {
        let points: Vec<String> = words.encode_utf16().map(|unit| format!("0x{unit:04X}")).collect();
        format!("(-join(@({})|ForEach-Object{{[char]$_}}))", points.join(","))
    };
    let (all, differs, missing, none) =
        (text("全部一致："), text("不一致："), text("没有："), text("没有找到校验表"));
    let script = format!(
        "$here=(Get-Location).ProviderPath; \
         $list=@(Get-ChildItem -LiteralPath $here|Where-Object{{$_.Name -like '*SHA256.txt'}})[0]; \
         if($list -eq $null){{Write-Host {none}; exit 1}}; $bad=0; $all=0; \
         try{{$sha=New-Object Security.Cryptography.SHA256Managed}}catch{{Add-Type -AssemblyName System.Core; \
         $sha=New-Object Security.Cryptography.SHA256CryptoServiceProvider}}; \
         $beside=@(Get-ChildItem -LiteralPath (Join-Path $here '..\\..')|Where-Object{{$_.PSIsContainer}}|\
         ForEach-Object{{Join-Path $_.FullName (Split-Path $here -Leaf)}}); \
         foreach($line in [IO.File]::ReadAllLines($list.FullName,[Text.Encoding]::UTF8)){{ \
         if($line.Length -lt 67){{continue}}; $all++; $want=$line.Substring(0,64); $path=$line.Substring(66); $found=$null; \
         foreach($root in @($here)+$beside){{$try=Join-Path $root $path; \
         if([IO.File]::Exists($try)){{$found=$try; break}}}}; \
         if($found -eq $null){{$bad++; Write-Host ({missing}+$path); continue}}; \
         $stream=[IO.File]::OpenRead($found); \
         $have=[BitConverter]::ToString($sha.ComputeHash($stream)).Replace('-',''); $stream.Close(); \
         if($have -ne $want){{$bad++; Write-Host ({differs}+$path)}} }}; \
         if($bad -eq 0){{Write-Host ({all}+$all)}} else {{exit 1}}"
    );
    format!(
        "@echo off\r\nchcp 65001 >nul\r\ncd /d \"%~dp0\"\r\npowershell -NoProfile -ExecutionPolicy Bypass -Command \"{script}\"\r\npause\r\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_day_is_written_as_people_read_it() {
        assert_eq!(made("2026-12-01"), "整理于 2026年12月1日");
    }

    /// Code pages 936 and 65001 read ASCII alike, and a batch file has no sign that `cmd` takes for its own in the script.
    #[test]
    fn the_script_reads_alike_under_every_code_page() {
        let script = sums_cmd();
        assert!(script.is_ascii());
        assert_eq!(script.matches('%').count(), 1, "only %~dp0");
        let command = script.lines().find(|line| line.starts_with("powershell")).unwrap();
        assert_eq!(command.matches('"').count(), 2, "one quoted command");
        assert!(command.contains("0x5168,0x90E8,0x4E00,0x81F4"), "{command}");
        assert!(command.len() < 8000, "cmd takes 8191 characters");
        // Windows 7 has PowerShell 2, whose commands are these.
        for word in command.split(|c: char| !c.is_ascii_alphanumeric() && c != '-') {
            let is_known = [
                "Get-Location",
                "Get-ChildItem",
                "Where-Object",
                "ForEach-Object",
                "Write-Host",
                "New-Object",
                "Add-Type",
                "Join-Path",
                "Split-Path",
            ]
            .contains(&word);
            let is_command = word.split_once('-').is_some_and(|(verb, noun)| {
                verb.starts_with(|c: char| c.is_ascii_uppercase())
                    && noun.starts_with(|c: char| c.is_ascii_uppercase())
            });
            assert!(is_known || !is_command, "{word}");
        }
    }
}
