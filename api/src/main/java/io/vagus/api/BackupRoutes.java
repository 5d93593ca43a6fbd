package io.vagus.api;

import io.vagus.kit.WallClock;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;

/** The backup of everything. Thread-safe. */
final class BackupRoutes {
  private static final String CONTENT_TYPE = "application/zstd";
  private static final DateTimeFormatter NAME =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

  private final Backups backups;
  private final WallClock clock;

  BackupRoutes(Backups backups, WallClock clock) {
    this.backups = backups;
    this.clock = clock;
  }

  List<Route> routes() {
    return List.of(Route.get("/api/v1/backup", this::take));
  }

  private Reply take(Call call) {
    if (call.request().method().equals("HEAD")) {
      return Reply.stream(CONTENT_TYPE, out -> {});
    }
    Backups.Backup backup = backups.take();
    return Reply.stream(
            CONTENT_TYPE,
            out -> {
              try (backup) {
                backup.writeTo(out);
              }
            })
        .with(
            "Content-Disposition",
            "attachment; filename=\"vagus-" + NAME.format(clock.now()) + ".tar.zst\"")
        .with("Vagus-Backup-Bytes", Long.toString(backup.sizeBytes()));
  }
}
