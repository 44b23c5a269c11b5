//! What is wrong with a chat robot's address or secret, and how to fix it.

use super::template::shown;
use crate::model::language::Bilingual;
use crate::present::chat::SecretFault;

pub fn no_secret(fault: &SecretFault) -> Bilingual {
    let (zh, en) = match fault {
        SecretFault::Missing { place } => {
            let place = shown(place);
            (
                format!("[[chat]] 的“{place}”没有内容。请设好这个环境变量，或把机器人的地址写进这个文件。"),
                format!(
                    "“{place}” of a [[chat]] is empty. Set this variable, or write the robot's address into this file."
                ),
            )
        }
        SecretFault::Unreadable { place, reason } => {
            let (place, reason) = (shown(place), shown(reason));
            (
                format!(
                    "[[chat]] 的文件“{place}”读不了。请检查路径，并确认运行服务的用户可以读取它（{reason}）。"
                ),
                format!(
                    "The file “{place}” of a [[chat]] cannot be read: {reason}. Check its path and that the service's user may read it."
                ),
            )
        }
        SecretFault::OpenToOthers { place, mode } => {
            let place = shown(place);
            (
                format!(
                    "“{place}”的权限是 {mode:03o}，别人也能读到机器人的密钥。请运行：chmod 600 '{place}'"
                ),
                format!(
                    "“{place}” has mode {mode:03o}: others can read the robot's secret. Run: chmod 600 '{place}'"
                ),
            )
        }
        SecretFault::NotOurs { place, owner } => {
            let place = shown(place);
            (
                format!(
                    "“{place}”属于用户 {owner}，不是运行服务的用户，也不是 root。请运行：sudo chown root '{place}'，或改成运行服务的用户。"
                ),
                format!(
                    "“{place}” belongs to user {owner}, neither the service's user nor root. Run: sudo chown root '{place}', or give it to the service's user."
                ),
            )
        }
        SecretFault::NoAddress { place } => {
            let place = shown(place);
            (
                format!(
                    "[[chat]] 的“{place}”不是机器人的地址。请从群机器人的设置里复制以 https:// 开头的整个 Webhook 地址。"
                ),
                format!(
                    "“{place}” of a [[chat]] is not a robot's address. Copy the whole webhook address, which begins with https://, from the robot's settings."
                ),
            )
        }
    };
    Bilingual { zh, en }
}
