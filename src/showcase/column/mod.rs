//! Columns (专栏): released works for the college's site, an article of WeChat, and posts on Weibo.
//!
//! [`choose`] asks review for each work; [`site`], [`wechat`] and [`weibo`] are pure and say what a folder holds; [`build`]
//! writes it aside and lets it take the place of the earlier one as a whole.

pub mod build;
pub mod choose;
pub mod credit;
pub mod fragment;
pub mod item;
pub mod layout;
pub mod numbers;
mod parts;
pub mod site;
mod vtt;
pub mod wechat;
pub mod weibo;

#[cfg(test)]
mod tests;
