use super::*;
use ports::Blob;

fn path_to_all(world: &World) -> String {
    bought(world, "acc_a", ALBUM, "one", &[]);
    path(&link(world, "acc_a", &json!({"assetIds": TRACKS})))
}

#[test]
fn several_files_are_one_archive() {
    let world = world();
    let path = path_to_all(&world);
    let head = bytes(&world, world.ask("HEAD", MARKET, &path));
    let zip = get(&world, &path);
    assert_eq!((zip.status, zip.header("content-type")), (200, "application/zip"));
    assert_eq!(zip.header("content-length"), zip.whole().len().to_string());
    assert_eq!(head.header("content-length"), zip.header("content-length"));
    assert_eq!(zip.header("content-disposition"), "attachment; filename=\"Demo album.zip\"");
    assert_eq!(zip.header("accept-ranges"), "none");
    assert_eq!(number(&world, "SELECT uses FROM entitlement"), 1);
    // Whoever knows zip better than we do finds nothing to object to.
    let file = std::env::temp_dir().join(format!("postern-{}.zip", std::process::id()));
    std::fs::write(&file, zip.whole()).unwrap();
    let test =
        std::process::Command::new("python3").args(["-m", "zipfile", "-t"]).arg(&file).output();
    std::fs::remove_file(&file).unwrap();
    if let Ok(test) = test {
        let said = String::from_utf8_lossy(&test.stdout).into_owned();
        assert!(test.status.success() && !said.contains("CRC"), "{said}");
    }
    for name in ["01 Dawn.wav", "02 Noon.wav", "03 Dusk.wav"] {
        let found = zip.whole().windows(name.len()).filter(|at| *at == name.as_bytes());
        assert_eq!(found.count(), 2, "{name} stands before its bytes and in the list");
    }
}

#[test]
fn an_archive_that_breaks_does_not_look_whole() {
    for change in ["gone", "another length"] {
        let world = world();
        let path = path_to_all(&world);
        let key = "assets/ten_market/ast_demo_noon";
        let blob = world.host.blob();
        if change == "gone" {
            world.host.run(blob.delete(key)).unwrap();
        } else {
            world.host.run(blob.put(key, "short".into(), "audio/wav")).unwrap();
        }
        let zip = get(&world, &path);
        assert_eq!(zip.status, 200, "{change}");
        assert!(zip.body.is_err(), "{change}");
    }
}

#[test]
fn an_archive_whose_first_file_is_gone_uses_nothing() {
    let world = world();
    let path = path_to_all(&world);
    world.host.run(world.host.blob().delete("assets/ten_market/ast_demo_dawn")).unwrap();
    assert_eq!(told(&world.ask("GET", MARKET, &path).send()), refused(503, "store_unavailable"));
    assert_eq!(number(&world, "SELECT uses_left FROM download_grant"), 3);
}
