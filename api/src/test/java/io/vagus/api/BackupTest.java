package io.vagus.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BackupTest {
  private final Fixture fixture = Fixture.secured();

  @AfterEach
  void stop() {
    fixture.close();
  }

  @Test
  void streamsTheArchiveAndSaysHowMuchIsInIt() throws Exception {
    HttpResponse<byte[]> answer = Fixture.CLIENT.send(backup(), BodyHandlers.ofByteArray());

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).isEqualTo(FakeBackups.ARCHIVE);
    assertThat(answer.headers().firstValue("Vagus-Backup-Bytes")).hasValue("17");
    assertThat(answer.headers().firstValue("Content-Disposition").orElseThrow())
        .matches("attachment; filename=\"vagus-\\d{8}T\\d{6}Z\\.tar\\.zst\"");
    assertThat(fixture.backups.open.get()).isZero();
  }

  @Test
  void cutsTheConnectionWhenTheArchiveBreaksOffAndLetsGoOfIt() {
    fixture.backups.breaks = true;

    assertThatThrownBy(() -> Fixture.CLIENT.send(backup(), BodyHandlers.ofByteArray()))
        .isInstanceOf(IOException.class);
    assertThat(fixture.backups.open.get()).isZero();
  }

  @Test
  void askingForTheHeadTakesNone() throws Exception {
    HttpRequest head =
        HttpRequest.newBuilder(backup(), (name, value) -> true)
            .method("HEAD", HttpRequest.BodyPublishers.noBody())
            .build();

    assertThat(Fixture.CLIENT.send(head, BodyHandlers.discarding()).statusCode()).isEqualTo(200);
    assertThat(fixture.backups.open.get()).isZero();
  }

  @Test
  void saysWhenToComeBackWhileAnotherIsMade() throws Exception {
    try (Backups.Backup _ = fixture.backups.take()) {
      HttpResponse<String> answer = Fixture.send(backup());

      assertThat(answer.statusCode()).isEqualTo(503);
      assertThat(answer.headers().firstValue("Retry-After")).isPresent();
    }
  }

  @Test
  void aTokenForBackupsIsForNothingElse() throws Exception {
    String token = fixture.token("nightly", "backup.take");

    assertThat(status(token, "/api/v1/backup")).isEqualTo(200);
    assertThat(status(token, "/api/v1/devices")).isEqualTo(403);
    assertThat(status(token, "/api/v1/applications")).isEqualTo(403);
  }

  private int status(String token, String path) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(fixture.uri(path))
            .header("Authorization", "Bearer " + token)
            .build();
    return Fixture.CLIENT.send(request, BodyHandlers.discarding()).statusCode();
  }

  private HttpRequest backup() {
    return fixture.request("GET", "/api/v1/backup", "").build();
  }
}
