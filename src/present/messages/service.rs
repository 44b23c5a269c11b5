//! The steps around the systemd unit.

use std::path::Path;

use super::template::shown;
use crate::model::language::Bilingual;

/// `root`: the library belongs to root, so the service would run as root.
pub fn before_unit(root: bool) -> Bilingual {
    let mut said = Bilingual::new(
        "津彩值守服务。保存为 /etc/systemd/system/jincai-watch.service：
    jincai service | sudo tee /etc/systemd/system/jincai-watch.service
    sudo systemctl daemon-reload
    sudo systemctl enable --now jincai-watch
查看状态：jincai status；查看日志：journalctl -u jincai-watch -f",
        "The jincai watch service. Save it as /etc/systemd/system/jincai-watch.service:
    jincai service | sudo tee /etc/systemd/system/jincai-watch.service
    sudo systemctl daemon-reload
    sudo systemctl enable --now jincai-watch
Status: jincai status; log: journalctl -u jincai-watch -f",
    );
    if root {
        said.zh.push_str(
            "
注意：作品库属于 root，服务会以 root 运行。更稳妥的做法是给它一个自己的用户：
    sudo useradd --system --create-home jincai && sudo chown -R jincai 作品库的路径
然后重新运行 jincai service。",
        );
        said.en.push_str(
            "
Note: the library belongs to root, so the service would run as root. It is safer to give it a user of its own:
    sudo useradd --system --create-home jincai && sudo chown -R jincai PATH-OF-THE-LIBRARY
and run jincai service again.",
        );
    }
    said
}

pub fn before_playout() -> Bilingual {
    Bilingual::new(
        "津彩播出服务，与值守服务各管各的。保存为 /etc/systemd/system/jincai-playout.service：
    jincai service --playout | sudo tee /etc/systemd/system/jincai-playout.service
    sudo systemctl daemon-reload
    sudo systemctl enable --now jincai-playout
查看屏幕：jincai screens；查看日志：journalctl -u jincai-playout -f",
        "Serves the screens, beside the watch service and without it. Save it as /etc/systemd/system/jincai-playout.service:
    jincai service --playout | sudo tee /etc/systemd/system/jincai-playout.service
    sudo systemctl daemon-reload
    sudo systemctl enable --now jincai-playout
Screens: jincai screens; log: journalctl -u jincai-playout -f",
    )
}

/// How a screen comes to be one.
pub fn for_screens() -> Bilingual {
    Bilingual::new(
        "── 接上一块屏幕 ──
    1. 在屏幕的浏览器里打开播出服务的地址，屏幕上会显示一个配对码，例如 K7MX-2QPD。
    2. 在这台服务器上：jincai screens pair K7MX-2QPD 屏幕编号 --by 姓名
    3. jincai screens 显示“正常”，就接好了。",
        "── To add a screen ──
    1. Open the address of this service in the screen's browser; it shows a code such as K7MX-2QPD.
    2. On this server: jincai screens pair K7MX-2QPD SCREEN --by NAME
    3. Once jincai screens says “well”, it is done.",
    )
}

/// How departments reach the inbox from Windows.
pub fn for_windows(inbox: &Path) -> Bilingual {
    let inbox = shown(&inbox.to_string_lossy());
    Bilingual::new(
        format!(
            "── 让 Windows 电脑能投稿 ──
在这台服务器上（只做一次）：
    sudo apt-get install samba
    sudo tee -a /etc/samba/smb.conf <<'EOF'
    [touGao]
      path = {inbox}
      read only = no
      valid users = @jincai-teams
      # 拷贝中的文件不让别人打开，拷完才放开
      strict locking = yes
    EOF
    sudo groupadd -f jincai-teams && sudo smbpasswd -a 用户名 && sudo systemctl restart smbd
系部在 Windows 上：
    1. 按 Win+R，输入 \\\\服务器名\\touGao，用上面的用户名和密码登录，勾选“记住我的凭据”。
    2. 打开本系部的文件夹（没有就新建），把视频拷进去；字幕、说明文件和视频同名，放在一起。
    3. 过一会儿打开旁边的“_结果”文件夹，双击与视频同名的网页，就能看到结果和要改的地方。
    4. 需要修改的，改好后用原来的文件名覆盖；不用通知任何人，系统会自动重新处理。"
        ),
        format!(
            "── For the departments' Windows machines ──
On this server, once:
    sudo apt-get install samba
    sudo tee -a /etc/samba/smb.conf <<'EOF'
    [touGao]
      path = {inbox}
      read only = no
      valid users = @jincai-teams
      # Nobody else opens a file while it is copied.
      strict locking = yes
    EOF
    sudo groupadd -f jincai-teams && sudo smbpasswd -a NAME && sudo systemctl restart smbd
In a department, on Windows:
    1. Press Win+R, enter \\\\SERVER\\touGao, sign in with that name and password, tick “Remember my credentials”.
    2. Open the department's folder (make it if there is none) and copy videos into it; put captions and details
       with the video's name beside it.
    3. A little later open the folder “_结果” beside them and double-click the page with the video's name: it shows
       the result and what to fix.
    4. To fix it, save the corrected file under the same name. No message is needed; it is processed again automatically."
        ),
    )
}
