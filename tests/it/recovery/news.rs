//! The catalogue is there, and older than the manifests, or does not know a folder.

use super::*;

#[test]
fn an_older_catalogue_that_is_put_back_learns_what_was_made_since() {
    let (office, first) = office_with_a_work();
    let old = office.folder().join("old");
    copy_folder(&office.library().join(".jincai"), &old);
    let newer = office.folder().join("inbox/甲/夏.mp4");
    fs::copy(clip("odd_size.mp4"), &newer).unwrap();
    // Also a newer revision of a work that it knows.
    let config = office.folder().join("jincai.toml");
    let text = fs::read_to_string(&config).unwrap();
    fs::write(&config, text.replace("size = 0.2", "size = 0.3")).unwrap();
    assert!(office.run(&[&first, &newer], &[]).status.success());
    let now = office.manifest();
    assert!(now.works.iter().any(|work| work.revision == 2));
    fs::remove_file(&newer).unwrap();
    for without_manifest in [false, true] {
        fs::remove_dir_all(office.library().join(".jincai")).unwrap();
        copy_folder(&old, &office.library().join(".jincai"));
        if without_manifest {
            fs::remove_file(office.library().join("manifest.json")).unwrap();
        }
        let ran = office.run(&[&first], &[]);
        assert!(ran.status.success(), "{}", said(&ran));
        assert!(said(&ran).contains("2 works were added"), "{}", said(&ran));
        let files = |manifest: &Manifest| -> BTreeSet<(String, u32, String)> {
            let works = manifest.works.iter();
            works.map(|work| (work.id.clone(), work.revision, work.renditions[0].sha256.clone())).collect()
        };
        assert_eq!(files(&office.manifest()), files(&now));
        let verified = office.verify(&[]);
        assert!(verified.status.success(), "{}", said(&verified));
        let again = office.run(&[&first], &[]);
        assert!(!said(&again).contains("works were added"), "{}", said(&again));
    }
}

#[test]
fn a_manifest_is_replaced_only_by_one_that_names_what_it_names() {
    let (office, source) = office_with_a_work();
    let whole = fs::read(office.library().join("manifest.json")).unwrap();
    let all = add_works(&office, 3);
    // Of the source that the catalogue knows another work, which is over.
    let mut manifest = office.manifest();
    let mut past = another(&manifest.works[0], 99);
    past.source.path = manifest.works[0].source.path.clone();
    past.made_at = "2020-01-01T00:00:00+08:00".into();
    manifest.works.push(past.clone());
    office.write_manifest(&manifest);
    let given = fs::read(office.library().join("manifest.json")).unwrap();
    let ran = office.run(&[&source], &[]);
    assert!(ran.status.success(), "{}", said(&ran));
    assert_eq!((office.named(), office.known()), (all.clone(), all.clone()));
    assert_eq!(fs::read(office.library().join("manifest.json.1")).unwrap(), given, "it named one more");
    // One that is damaged while the catalogue is whole.
    fs::write(office.library().join("manifest.json"), &whole[..whole.len() / 2]).unwrap();
    let ran = office.run(&[&source], &[]);
    assert!(ran.status.success(), "{}", said(&ran));
    assert_eq!((office.named(), office.known()), (all.clone(), all));
    assert_eq!(fs::read(office.library().join("manifest.json.1")).unwrap(), whole[..whole.len() / 2]);
    let unknown = said(&office.verify(&[]));
    assert!(!unknown.contains("manifest.json.1"), "{unknown}");
}

/// A folder beside that of the one work, which says of the same source what it likes, and later.
fn add_rival(office: &Office) -> Manifest {
    let (work, place) = (office.manifest().works.remove(0), office.place());
    let folder = place.with_file_name("片-zzzzzzzz");
    copy_folder(&place, &folder);
    let name = |place: &Path| place.strip_prefix(office.library()).unwrap().to_str().unwrap().to_owned();
    let own = fs::read_to_string(place.join("manifest.json")).unwrap();
    let own = own.replace(&name(&place), &name(&folder)).replace(&work.id, "zzzzzzzz");
    let mut own: Manifest = serde_json::from_str(&own).unwrap();
    own.works[0].made_at = "2099-01-01T00:00:00+08:00".into();
    fs::write(folder.join("manifest.json"), serde_json::to_vec_pretty(&own).unwrap()).unwrap();
    own
}

#[test]
fn a_folders_manifest_puts_no_work_in_the_place_of_another_whose_videos_are_there() {
    let (office, _) = office_with_a_work();
    let work = office.manifest().works.remove(0);
    let own = add_rival(&office);
    let known = |ids: &[&str]| assert_eq!(office.known(), ids.iter().map(|id| (*id).to_owned()).collect());
    for in_the_librarys in [false, true] {
        let mut whole = office.manifest();
        whole.works.extend(own.works.iter().filter(|_| in_the_librarys).cloned());
        office.write_manifest(&whole);
        let repaired = office.verify(&["--repair"]);
        known(&[&work.id]);
        assert!(
            said(&repaired).contains("1 work was not recovered from the manifests"),
            "{}",
            said(&repaired)
        );
        let holder = format!("anotherpublishedwork({})", work.id);
        assert!(unbroken(&repaired).contains(&holder), "{}", said(&repaired));
        for made in &work.renditions {
            let catalog = Catalog::open(&office.catalogue()).unwrap();
            let row = catalog.file(&made.file).unwrap().unwrap();
            assert_eq!(row.work_id.as_deref(), Some(work.id.as_str()));
        }
    }
    // Without a catalogue the later one has the source; that the other is left out is said.
    office.lose_catalogue();
    fs::remove_file(office.library().join("manifest.json")).unwrap();
    let repaired = office.verify(&["--repair"]);
    known(&["zzzzzzzz"]);
    let left = format!("Ids: {}", work.id);
    assert!(unbroken(&repaired).contains(&left.replace(' ', "")), "{}", said(&repaired));
}

#[test]
fn a_work_whose_videos_are_gone_gives_way_to_its_sources_later_one() {
    let (office, _) = office_with_a_work();
    let place = office.place();
    let own = add_rival(&office);
    fs::remove_dir_all(&place).unwrap();
    office.write_manifest(&own);
    let repaired = office.verify(&["--repair"]);
    assert!(said(&repaired).contains("1 work was added"), "{}", said(&repaired));
    assert!(!said(&repaired).contains("not recovered from"), "{}", said(&repaired));
    assert_eq!(office.known(), office.named());
}

#[test]
fn answers_that_were_only_written_down_come_back() {
    let (office, source) = office_with_a_work();
    let other = clip("rotated_90.mp4");
    let old = office.folder().join("old");
    copy_folder(&office.library().join(".jincai"), &old);
    let pair = [source.to_str().unwrap(), other.to_str().unwrap()];
    let told = office.command(&["duplicates", "not-same"]).args(pair).output().unwrap();
    assert!(told.status.success(), "{}", said(&told));
    fs::remove_dir_all(office.library().join(".jincai")).unwrap();
    copy_folder(&old, &office.library().join(".jincai"));
    assert!(office.run(&[&source], &[]).status.success());
    let answers = fs::read_to_string(office.library().join("answers.json")).unwrap();
    assert!(answers.contains("not_same"), "{answers}");
    assert_eq!(Catalog::open(&office.catalogue()).unwrap().opinions().unwrap().len(), 1);
}

#[test]
fn folders_that_the_catalogue_does_not_know_are_taken_back() {
    let (office, source) = office_with_a_work();
    let (work, place) = (office.manifest().works.remove(0), office.place());
    fs::remove_file(&source).unwrap();
    // A catalogue and a manifest that know nothing, as after an older program's recovery was broken off.
    let forget = |office: &Office| {
        office.lose_catalogue();
        fs::remove_file(office.library().join("manifest.json")).unwrap();
        let away = office.folder().join("away");
        copy_folder(&place, &away);
        fs::remove_dir_all(&place).unwrap();
        assert!(office.run(&[&clip("odd_size.mp4")], &[]).status.success());
        copy_folder(&away, &place);
        assert!(!office.known().contains(&work.id));
    };
    forget(&office);
    let unknown = office.verify(&[]);
    assert_eq!(unknown.status.code(), Some(1));
    assert!(said(&unknown).contains("--repair"), "{}", said(&unknown));
    let repaired = office.verify(&["--repair", "--json"]);
    assert!(repaired.status.success(), "{}", said(&repaired));
    let first: Value = serde_json::from_str(said(&repaired).lines().next().unwrap()).unwrap();
    assert_eq!((&first["event"], &first["taken"][0]["work"]), (&"repaired".into(), &work.id.as_str().into()));
    assert!(office.known().contains(&work.id));
    // A cover that is another one now is told, and does not count as good.
    forget(&office);
    let cover = office.library().join(&work.renditions[0].covers[0].file);
    let was = fs::read(&cover).unwrap();
    fs::write(&cover, "no cover").unwrap();
    let repaired = office.verify(&["--repair"]);
    assert_eq!(repaired.status.code(), Some(1), "{}", said(&repaired));
    assert!(said(&repaired).contains("1 work recovered") && said(&repaired).contains("changed"));
    fs::write(&cover, was).unwrap();
    assert!(office.verify(&[]).status.success());
    // Nor is a work whose only video is another film taken at all.
    forget(&office);
    let video = office.library().join(&work.renditions[0].file);
    fs::write(&video, vec![7; work.renditions[0].bytes as usize]).unwrap();
    let repaired = office.verify(&["--repair"]);
    assert_eq!(repaired.status.code(), Some(1));
    assert!(said(&repaired).contains("none of its videos"), "{}", said(&repaired));
    assert!(!office.known().contains(&work.id));
}
