//! Signatures of robots: 自定义机器人安全设置 · 加签 (open.dingtalk.com) and 自定义机器人使用指南 · 签名校验 (open.feishu.cn).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// DingTalk: HMAC-SHA256 of `timestamp\nsecret` under the secret, in Base64, encoded for the address. The timestamp is
/// in milliseconds and counts for an hour (<https://open.dingtalk.com/document/robots/customize-robot-security-settings>).
pub(super) fn dingtalk_sign(unix_ms: i64, secret: &str) -> String {
    let sign = signed(secret.as_bytes(), format!("{unix_ms}\n{secret}").as_bytes());
    sign.replace('+', "%2B").replace('/', "%2F").replace('=', "%3D")
}

/// Feishu: HMAC-SHA256 of nothing under `timestamp\nsecret`, in Base64. The timestamp is in seconds and counts for an hour
/// (<https://open.feishu.cn/document/client-docs/bot-v3/add-custom-bot>).
pub(super) fn feishu_sign(unix_s: i64, secret: &str) -> String {
    signed(format!("{unix_s}\n{secret}").as_bytes(), b"")
}

fn signed(key: &[u8], text: &[u8]) -> String {
    // HMAC takes keys of any length; this cannot fail.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else { return String::new() };
    mac.update(text);
    STANDARD.encode(mac.finalize().into_bytes())
}
