//! The command line: arguments, defaults and conflicts, resolved once.

mod help;
mod parse;
mod usage_errors;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use clap::{Args, CommandFactory, FromArgMatches, Parser, Subcommand};

use crate::commands::duplicates::{self, DuplicatesVerb};
use crate::commands::error::CommandError;
use crate::commands::ground;
use crate::commands::notice::{self, NoticeArgs, NoticeVerb};
use crate::commands::package::{self, PackageVerb};
use crate::commands::people::{self, PeopleVerb};
use crate::commands::playout::{self, PlayoutVerb};
use crate::commands::posts::{self, ListArgs, PostsVerb};
use crate::commands::review::take_back;
use crate::commands::screens::{self, ScreensVerb};
use crate::commands::season_report::{self, ReportVerb};
use crate::commands::session::{self, GlobalOptions};
use crate::commands::stats::{self, StatsArgs, StatsVerb};
use crate::commands::{
    backup, check, column, completions, contacts, doctor, export, init, log, manual, presets, process, retry,
    review, run, screen_agent, service, status, verify, watch,
};
use crate::graphics::overlay::Brand;
use crate::library::manifest;
use crate::model::config::Config;
use crate::model::language::Lang;
use crate::present::messages::cli as words;
use crate::present::terminal::{OutputMode, Screen};
use crate::worker::Workers;

/// 津彩：把校园原始素材做成可以发布的作品 · raw campus footage in, a ready-to-post library out
#[derive(Debug, Parser)]
#[command(name = "jincai", version, max_term_width = 100)]
struct Cli {
    #[command(flatten)]
    shared: Shared,
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Args)]
struct Shared {
    /// 配置文件，默认在当前文件夹及其上级里找 · the configuration [default: jincai.toml here or above]
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    /// 作品库文件夹 · the library's folder
    #[arg(long, global = true, value_name = "DIR")]
    library: Option<PathBuf>,
    /// 只做这些发布目标，其余已有的成片不动 · only these targets; files of other targets stay
    #[arg(long, global = true, value_name = "A,B", value_delimiter = ',')]
    target: Vec<String>,
    /// 同时处理的作品数 · works at once
    #[arg(long, global = true, value_name = "N", value_parser = parse::parse_jobs)]
    jobs: Option<usize>,
    /// 快速小样，只供预览 · fast and half size, for preview
    #[arg(long, global = true)]
    draft: bool,
    /// 不查大赛规则，只查各平台的限制 · only the targets' own limits
    #[arg(long, global = true)]
    no_campaign_rules: bool,
    /// 界面语言 · language of the messages [zh-CN, en]
    #[arg(long, global = true, value_parser = parse::parse_lang)]
    lang: Option<Lang>,
    /// 每行一个 JSON 事件 · one JSON event per line
    #[arg(long, global = true)]
    json: bool,
    /// 只显示结果和错误 · results and errors only
    #[arg(long, global = true, conflicts_with = "json")]
    quiet: bool,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// 新建配置、投稿箱、作品库 · writes a configuration and the folders it names
    Init {
        /// 文件夹，默认是当前文件夹 · the folder [default: this one]
        #[arg(default_value = ".", hide_default_value = true)]
        dir: PathBuf,
    },
    /// 只检查，不转码 · inspects and decides, encodes nothing
    Check {
        /// 文件或文件夹 · files or folders
        #[arg(required = true)]
        paths: Vec<PathBuf>,
    },
    /// 处理素材（不写路径时处理投稿箱）· processes files or folders, or the inbox
    Run {
        /// 文件或文件夹，默认是投稿箱 · files or folders [default: the inbox]
        paths: Vec<PathBuf>,
        /// `full` 逐帧核验成片 · decodes every frame of the finished files [usual, full]
        #[arg(long, value_name = "full", value_parser = ["usual", "full"], hide_possible_values = true)]
        verify: Option<String>,
        /// 清理已不启用的发布目标留下的成片 · removes the files of targets that are no longer enabled
        #[arg(long, conflicts_with = "target")]
        prune: bool,
    },
    /// 查重：与作品库比较、互相比较，不转码 · compares with the library and each other, encodes nothing
    #[command(subcommand_precedence_over_arg = true)]
    Duplicates {
        /// 文件或文件夹，默认是投稿箱 · files or folders [default: the inbox]
        paths: Vec<PathBuf>,
        #[command(subcommand)]
        what: Option<DuplicatesVerb>,
    },
    /// 回执：发布、转发、删除的登记，该发未发的 · receipts: what was posted where, and what is due
    #[command(subcommand_precedence_over_arg = true)]
    Posts {
        #[command(flatten)]
        list: ListArgs,
        #[command(subcommand)]
        what: Option<PostsVerb>,
    },
    /// 统计：导入各平台的数据，按作品、系部、平台汇总，排名 · figures of posts, and the league table
    #[command(subcommand_precedence_over_arg = true, args_conflicts_with_subcommands = true)]
    Stats {
        #[command(flatten)]
        given: StatsArgs,
        #[command(subcommand)]
        what: Option<StatsVerb>,
    },
    /// 报送包：方案、计划、制作、核对 · packages for calls: profiles, plans, building, verifying
    Package {
        #[command(subcommand)]
        what: PackageVerb,
    },
    /// 交给发布工具：按各平台的格式整理可发布的作品 · hands released works over to posting tools
    Export(export::ExportArgs),
    /// 通报：一个赛季的情况，文字、表格、网页 · reports of a season: text, workbook, page
    Report {
        #[command(subcommand)]
        what: ReportVerb,
    },
    /// 专栏：网站、公众号、微博，只用可以发布的作品 · columns of released works: site, WeChat, Weibo
    Column(column::ColumnArgs),
    /// 人员：填表用的电话、邮箱、学号，可彻底删除 · phones, mails and student numbers, for forms
    #[command(args_conflicts_with_subcommands = true)]
    People {
        /// 显示全部号码 · shows whole numbers
        #[arg(long)]
        full: bool,
        #[command(subcommand)]
        what: Option<PeopleVerb>,
    },
    /// 各系部的联络员，填组织方的联络表 · whom departments are reached by, in the organiser's form
    Contacts(contacts::ContactsArgs),
    /// 校园屏幕：节目单、播出服务、U 盘、台账、开关、自检 · screens: programmes, serving, sticks, the ledger
    Playout {
        #[command(subcommand)]
        what: PlayoutVerb,
    },
    /// 发布目标及其限制 · targets with their limits, sources and dates
    Presets {
        #[command(subcommand)]
        what: presets::PresetsVerb,
    },
    /// 核对作品库的文件 · checks the library's files against the catalogue
    Verify {
        /// 先把登记库里没有的作品收回登记库 · first recovers works whose folders are not in the catalogue
        #[arg(long)]
        repair: bool,
    },
    /// 备份作品登记库，服务运行时也可以 · backs up the catalogue, also while the service runs
    #[command(args_conflicts_with_subcommands = true)]
    Backup {
        /// 备份到哪个文件或文件夹，默认在作品库里 · a file or a folder [default: in the library]
        #[arg(long, value_name = "PATH")]
        to: Option<PathBuf>,
        #[command(subcommand)]
        what: Option<BackupVerb>,
    },
    /// 审核：谁在等、签字、退回、意见、登记 · review: what waits, signatures, returns, comments, the register
    #[command(args_conflicts_with_subcommands = true)]
    Review {
        /// 只列等这一级的 · what waits for this level alone
        #[arg(long, value_name = "LEVEL")]
        level: Option<String>,
        #[command(subcommand)]
        what: Option<review::ReviewVerb>,
    },
    /// 下架：从现在起任何地方都不再发布、播放、报送 · withdraws a work from everything, at once
    Withdraw {
        #[command(flatten)]
        given: take_back::TakeBack,
        #[command(flatten)]
        following: take_back::Following,
    },
    /// 恢复下架的作品，审核重新开始 · puts a withdrawn work back into review
    Restore(take_back::TakeBack),
    /// 每块屏幕的状态，配对 · how every screen is, and which device it is
    Screens {
        #[command(subcommand)]
        what: Option<ScreensVerb>,
    },
    /// 在屏幕上插播通知，到时自己结束 · a notice that cuts in on screens, and ends by itself
    #[command(subcommand_precedence_over_arg = true, args_conflicts_with_subcommands = true)]
    Notice {
        #[command(flatten)]
        given: NoticeArgs,
        #[command(subcommand)]
        what: Option<NoticeVerb>,
    },
    /// 值守投稿箱：来一个做一个，结果写在文件旁边 · processes what arrives in the inbox, with reports beside the files
    Watch {
        /// 每隔几秒查看一次，不用文件通知 · scans every SECONDS, without file events
        #[arg(long, value_name = "SECONDS", value_parser = parse::parse_seconds)]
        poll: Option<f64>,
        /// 处理完现有的就退出 · ends when everything is processed
        #[arg(long)]
        once: bool,
        /// 提供 Prometheus 指标的地址 · serves metrics for Prometheus, such as 127.0.0.1:9464
        #[arg(long, value_name = "ADDR")]
        metrics: Option<std::net::SocketAddr>,
        /// 日志，每行一个 JSON；- 是标准错误 · a log of JSON lines; - is standard error
        #[arg(long, value_name = "FILE")]
        log: Option<PathBuf>,
    },
    /// 再试搁置的文件（服务运行时也可以）· tries files again that were set aside, also while the service runs
    Retry {
        /// 文件或文件夹 · files or folders
        #[arg(required = true)]
        paths: Vec<PathBuf>,
    },
    /// 值守服务的状态：排队、进度、失败、磁盘 · status of the watch service
    Status,
    /// 打印 systemd 服务文件和 Windows 投稿步骤 · prints a systemd unit, and steps for Windows users
    Service {
        /// 打印播出服务的服务文件 · the unit of `jincai playout serve`
        #[arg(long)]
        playout: bool,
        /// 打印屏幕小电脑的服务文件和安装步骤 · the unit of a screen's own computer, and how to set it up
        #[arg(long, conflicts_with = "playout")]
        screen: bool,
        /// 播出服务的地址 · the address of the server of screens
        #[arg(long, value_name = "URL", requires = "screen")]
        server: Option<String>,
    },
    /// 在屏幕自己的电脑上运行：存下节目，断网、重启照样播 · on a screen's own computer: plays without a network too
    Screen(screen_agent::ScreenArgs),
    /// 检查运行环境：缺什么、怎么补 · what is missing here, and how to fix it
    Doctor,
    /// 清单的格式 · the manifest's format
    Manifest {
        #[command(subcommand)]
        what: ManifestVerb,
    },
    /// 打印终端的命令补全脚本 · prints a shell's completion script
    Completions {
        /// 哪种终端 · which shell [bash, elvish, fish, powershell, zsh]
        #[arg(hide_possible_values = true)]
        shell: clap_complete::Shell,
    },
    /// 写出手册页，制作安装包时用 · writes manual pages, for those who make packages
    Man {
        /// 写到哪个文件夹 · the folder they go to
        dir: PathBuf,
    },
}

#[derive(Debug, Subcommand)]
enum BackupVerb {
    /// 用备份恢复作品登记库，不写备份时列出有哪些 · restores the catalogue from a backup; without one lists them
    Restore {
        /// 备份文件 · the backup
        from: Option<PathBuf>,
    },
}

#[derive(Debug, Subcommand)]
enum ManifestVerb {
    /// 打印 JSON Schema · prints the JSON Schema
    Schema,
}

/// Exit code of an interrupted run, as shells expect it of SIGINT.
const INTERRUPTED: u8 = 130;

/// How long tasks that still run when a command has ended may take.
const LAST_WAIT: Duration = Duration::from_secs(5);

/// The same for the service, which has given its works their time.
const LAST_WAIT_OF_SERVICE: Duration = Duration::from_millis(300);

/// Exit code of wrong usage or configuration.
const MISUSED: u8 = 2;

/// Runs the command line; returns the exit code.
pub fn main() -> u8 {
    let given = help::bilingual(Cli::command()).try_get_matches();
    let cli = match given.and_then(|given| Cli::from_arg_matches(&given)) {
        Ok(cli) => cli,
        Err(error) => {
            let lang = usage_errors::asked_lang(std::env::args_os()).unwrap_or_else(locale);
            let Some(text) = usage_errors::text(&error, lang) else {
                let _ = error.print();
                return u8::try_from(error.exit_code()).unwrap_or(MISUSED);
            };
            Screen::new(OutputMode::Quiet).warn(&text);
            return MISUSED;
        }
    };
    let lang = cli.shared.lang.unwrap_or_else(locale);
    let mode = match (cli.shared.json, cli.shared.quiet) {
        (true, _) => OutputMode::Json,
        (_, true) => OutputMode::Quiet,
        _ => OutputMode::for_terminal(),
    };
    let screen = Arc::new(Screen::new(mode));
    let log_file = match &cli.verb {
        Verb::Watch { log, .. } => log.as_deref(),
        _ => None,
    };
    if let Err(error) = log::begin(log_file) {
        screen.warn(crate::present::messages::watch::no_log(log_file, &error.to_string()).get(lang));
        return MISUSED;
    }
    process::open_many_files();
    // Where a thread cannot be started, building the runtime would panic and then wait for the threads it has. Whoever needs
    // threads says that there is too little memory.
    let mut runtime = match ground::has_memory_for_threads() {
        true => tokio::runtime::Builder::new_multi_thread(),
        false => tokio::runtime::Builder::new_current_thread(),
    };
    let runtime = match runtime.enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            screen.warn(&error.to_string());
            return MISUSED;
        }
    };
    // The service handles signals itself: it gives its works time to end.
    let ends_in_order = matches!(
        cli.verb,
        Verb::Watch { .. } | Verb::Screen(_) | Verb::Playout { what: PlayoutVerb::Serve(_) }
    );
    if !ends_in_order {
        runtime.spawn(async {
            process::interrupted().await;
            process::end_within(LAST_WAIT, INTERRUPTED);
        });
    }
    let ended = runtime.block_on(async {
        let _limit_is_an_error = process::outlive_large_files();
        tokio::select! {
            ended = perform(cli, lang, Arc::clone(&screen)) => ended,
            () = process::interrupted(), if !ends_in_order => {
                screen.end();
                screen.warn(words::interrupted().get(lang));
                Ok(INTERRUPTED)
            }
        }
    });
    // Threads that wait for a share which does not answer are left behind.
    runtime.shutdown_timeout(if ends_in_order { LAST_WAIT_OF_SERVICE } else { LAST_WAIT });
    ended.unwrap_or_else(|error| {
        let exit_code = error.kind().exit_code();
        screen.end();
        screen.warn_in_colours(&format!("{:?}", error.report(lang)));
        exit_code
    })
}

async fn perform(cli: Cli, lang: Lang, screen: Arc<Screen>) -> Result<u8, CommandError> {
    let Cli { shared, verb } = cli;
    let mut globals = GlobalOptions {
        config: shared.config,
        library: shared.library,
        targets: shared.target,
        jobs: shared.jobs,
        draft: shared.draft,
        no_campaign_rules: shared.no_campaign_rules,
        verify_full: false,
        prune: false,
        streams_events: matches!(verb, Verb::Check { .. } | Verb::Run { .. } | Verb::Watch { .. }),
    };
    match verb {
        Verb::Init { dir } => {
            screen.say(&init::init(&dir, today(), lang)?);
            Ok(0)
        }
        Verb::Check { paths } => {
            let session = session::open_session(&globals, lang, screen).await?;
            check::check(session, paths).await
        }
        Verb::Run { paths, verify, prune } => {
            globals.prune = prune;
            globals.verify_full = verify.as_deref() == Some("full");
            let session = session::open_run_session(&globals, lang, screen).await?;
            Ok(run::run(session, paths).await?)
        }
        Verb::Duplicates { paths, what } => duplicates::duplicates(&globals, what, paths, lang, screen).await,
        Verb::Posts { list, what } => posts::posts(&globals, what, list, lang, screen).await,
        Verb::Stats { given, what } => stats::stats(&globals, what, &given, lang, screen).await,
        Verb::Watch { poll, once, metrics, .. } => {
            let session = session::open_run_session(&globals, lang, screen).await?;
            watch::watch(session, watch::WatchOptions { poll_s: poll, once, metrics }).await
        }
        Verb::Presets { what } => presets::presets(&globals, what, lang, &screen),
        Verb::Verify { repair } => verify::perform(&globals, repair, lang, &screen),
        Verb::Backup { to, what: None } => backup::back_up(&globals, to.as_deref(), lang, &screen),
        Verb::Backup { what: Some(BackupVerb::Restore { from }), .. } => {
            backup::restore(&globals, from, lang, &screen)
        }
        Verb::Review { level, what } => review::review(&globals, what, level, lang, screen).await,
        Verb::Withdraw { given, following } => {
            take_back::withdraw(&globals, given, &following, lang, screen).await
        }
        Verb::Package { what } => package::package(&globals, what, lang, screen).await,
        Verb::Export(given) => export::export(&globals, &given, lang, screen),
        Verb::Report { what } => season_report::season_report(&globals, &what, lang, screen),
        Verb::Column(given) => column::column(&globals, &given, lang, screen),
        Verb::People { full, what } => people::people(&globals, what, full, lang, screen).await,
        Verb::Contacts(given) => contacts::contacts(&globals, &given, lang, screen).await,
        Verb::Playout { what } => playout::playout(&globals, what, lang, screen).await,
        Verb::Screens { what } => screens::screens(&globals, what, lang, screen),
        Verb::Notice { given, what } => notice::notice(&globals, what, given, lang, screen).await,
        Verb::Restore(given) => take_back::restore(&globals, given, lang, screen),
        Verb::Retry { paths } => {
            let config = session::configuration(&globals, lang, &screen)?;
            retry::retry(config.library.as_path(), &paths, lang, &screen)
        }
        Verb::Status => status_verb(&globals, lang, &screen),
        Verb::Service { screen: true, server, .. } => {
            let server = server.map(|given| screen_agent::server_address(&given)).transpose()?;
            screen.say(service::screen_unit(server.as_deref(), lang).trim_end());
            Ok(0)
        }
        Verb::Service { playout, .. } => {
            let config = session::configuration(&globals, lang, &screen)?;
            let file = session::config_file(&globals).map(|located| located.file);
            let kind = if playout { service::Unit::Playout } else { service::Unit::Watch };
            screen.say(service::unit(kind, &config, file.as_deref(), lang).trim_end());
            Ok(0)
        }
        Verb::Screen(given) => screen_agent::screen(given, lang, screen).await,
        Verb::Doctor => doctor_verb(&globals, lang, &screen).await,
        Verb::Manifest { what: ManifestVerb::Schema } => {
            screen.say(&manifest::schema().map_err(CommandError::internal)?);
            Ok(0)
        }
        Verb::Completions { shell } => {
            screen.say(completions::script(shell, help::bilingual(Cli::command())).trim_end());
            Ok(0)
        }
        Verb::Man { dir } => {
            let command = help::for_manual(Cli::command());
            screen.say(&manual::write(&dir, &command, lang)?);
            Ok(0)
        }
    }
}

fn status_verb(globals: &GlobalOptions, lang: Lang, screen: &Screen) -> Result<u8, CommandError> {
    use crate::clock::Clock;
    let config = session::configuration(globals, lang, screen)?;
    let report = status::status(&config, crate::clock::SystemClock.now());
    screen.event(&report);
    screen.say(&report.text(lang));
    Ok(report.exit_code())
}

async fn doctor_verb(globals: &GlobalOptions, lang: Lang, screen: &Screen) -> Result<u8, CommandError> {
    let config = session::configuration(globals, lang, screen)?;
    let file = session::config_file(globals).map(|located| located.file);
    let placeholder_mark = Brand::load(&config).is_ok_and(|brand| brand.has_placeholder_mark());
    // A mark that cannot be used has a check of its own.
    let without_mark = Config { watermark: None, ..config.clone() };
    let font = Brand::load(&without_mark).ok().map(|brand| brand.font_report());
    let font = font.and_then(|font| {
        Some(doctor::FontFound { family: font.family?, path: font.path?, has_chinese: font.has_chinese })
    });
    let report = {
        let located = doctor::Located { file: file.as_deref(), placeholder_mark };
        doctor::doctor(&config, &Workers::this(), font.as_ref(), located).await
    };
    screen.event(&report);
    screen.say(&report.text(lang));
    Ok(report.exit_code())
}

/// Returns English for an English locale, Chinese for every other.
fn locale() -> Lang {
    match sys_locale::get_locale() {
        Some(locale) if locale.to_ascii_lowercase().starts_with("en") => Lang::En,
        _ => Lang::Zh,
    }
}

fn today() -> jiff::civil::Date {
    use crate::clock::Clock;
    crate::clock::SystemClock.local().date()
}
