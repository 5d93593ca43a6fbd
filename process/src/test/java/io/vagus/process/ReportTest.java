package io.vagus.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.vagus.kit.ErrorCode;
import io.vagus.ledger.Balance;
import io.vagus.model.Channel;
import io.vagus.model.DeviceId;
import io.vagus.model.Reported;
import io.vagus.twin.ReportedPast;
import io.vagus.twin.ReportedState;
import io.vagus.wire.DocumentCodec;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reported state comes the way of telemetry: once, in the ledger, and through a crash. */
class ReportTest {
  private static final Messages D1 = Messages.of("d1").on(Channel.REPORTED);
  private static final String AT_0 = "\"time\":\"2026-11-23T10:00:00Z\"";
  private static final String AT_1 = "\"time\":\"2026-11-23T10:00:01Z\"";

  @TempDir Path folder;
  private Rig rig;

  @BeforeEach
  void open() {
    rig = new Rig(folder);
  }

  @AfterEach
  void close() {
    rig.close();
  }

  private Reported reported() {
    return rig.partition.device(new DeviceId("d1")).orElseThrow().reportedView().orElseThrow();
  }

  private String text() {
    return DocumentCodec.text(reported().document());
  }

  private void assertCounts(long accepted, long deadLettered, long duplicate) {
    Balance.Line total = rig.drain().balance().total();
    assertThat(total.accepted()).isEqualTo(accepted);
    assertThat(total.deadLettered()).isEqualTo(deadLettered);
    assertThat(total.duplicate()).isEqualTo(duplicate);
  }

  @Test
  void outOfOrderReportsNeverOverwriteNewerState() {
    rig.send(
        D1.says("{" + AT_1 + ",\"reported\":{\"mode\":\"eco\"}}"),
        D1.says("{" + AT_0 + ",\"reported\":{\"mode\":\"off\",\"rate\":5}}"));
    assertCounts(2, 0, 0);
    assertThat(text()).isEqualTo("{\"mode\":\"eco\",\"rate\":5}");
    assertThat(rig.reports).hasSize(2);
  }

  @Test
  void theSameReportAgainIsADuplicate() {
    rig.send(
        D1.says("{\"id\":\"r\",\"reported\":{\"mode\":\"eco\"}}"),
        D1.says("{\"id\":\"r\",\"reported\":{\"mode\":\"eco\"}}"),
        D1.says("{" + AT_0 + ",\"reported\":{\"rate\":1}}"),
        D1.says("{" + AT_0 + ",\"reported\":{\"rate\":1}}"),
        D1.id("k").says("{\"rate\":2}"),
        D1.id("k").says("{\"rate\":2}"));
    assertCounts(3, 0, 3);
  }

  /** What an LED that blinks says is no duplicate. */
  @Test
  void theSameStateWithoutIdAndTimeIsSaidAgain() {
    rig.send(D1.says("{\"on\":true}"), D1.says("{\"on\":false}"), D1.says("{\"on\":true}"));
    assertCounts(3, 0, 0);
    assertThat(text()).isEqualTo("{\"on\":true}");
  }

  @Test
  void whatCannotBeReadIsKept() {
    String large = "x".repeat(9000);
    rig.send(
        D1.says("{\"a\":\"" + large + "\"}"), D1.says("{\"b\":\"" + large + "\"}"), D1.says("[]"));
    assertCounts(1, 2, 0);
    assertThat(rig.errors.getFirst()).contains("reported: 18015 bytes (expected: <= 16384)");
    assertThat(ErrorCode.PAYLOAD_TOO_LARGE.code()).isEqualTo("payload-too-large");
    assertThat(reported().fields().keySet()).containsExactly("/a");
  }

  @Test
  void aTimeOfTheFutureIsTheTimeOfReceipt() {
    rig.send(D1.says("{\"time\":\"2027-01-01T00:00:00Z\",\"reported\":{\"mode\":\"eco\"}}"));
    rig.drain();
    assertThat(reported().fields().get("/mode").timeMicros()).isEqualTo(Messages.T0);
  }

  @Test
  void survivesACrashBeforeAndAfterACheckpoint() {
    rig.send(D1.says("{" + AT_0 + ",\"reported\":{\"mode\":\"eco\"},\"desiredVersion\":3}"));
    rig.drain();
    rig.send(D1.says("{" + AT_1 + ",\"reported\":{\"rate\":5}}"));
    rig.turn();
    Reported before = reported();

    rig.crash();
    rig.drain();
    assertThat(reported()).isEqualTo(before);
    assertThat(before.desiredVersion()).isEqualTo(3);
    assertCounts(2, 0, 0);
  }

  private String at(String device, long micros) {
    DeviceId id = new DeviceId(device);
    Optional<Reported> now = rig.partition.device(id).flatMap(DeviceState::reportedView);
    return switch (rig.stores.reportedHistory().asOf(id, micros, now)) {
      case ReportedPast.Known known -> DocumentCodec.text(known.reported().document());
      case ReportedPast.Forgotten forgotten -> "kept from " + forgotten.keptFromMicros();
    };
  }

  @Test
  void isKnownAsItWasAtAnyTimeAlsoAfterACrash() {
    long t = Messages.T0;
    rig.send(
        D1.at(t).says("{\"mode\":\"eco\"}"),
        D1.at(t + 10).says("{\"mode\":\"eco\"}"),
        Messages.of("d2").on(Channel.REPORTED).at(t + 15).says("{\"on\":true}"),
        D1.at(t + 20).says("{\"mode\":\"off\",\"rate\":1}"));
    assertCounts(4, 0, 0);
    rig.crash();
    rig.send(D1.at(t + 30).says("{\"rate\":null}"));
    rig.drain();
    assertThat(at("d1", t - 1)).isEqualTo("{}");
    assertThat(at("d1", t)).isEqualTo("{\"mode\":\"eco\"}");
    assertThat(at("d1", t + 19)).isEqualTo("{\"mode\":\"eco\"}");
    assertThat(at("d1", t + 20)).isEqualTo("{\"mode\":\"off\",\"rate\":1}");
    assertThat(at("d1", t + 30)).isEqualTo("{\"mode\":\"off\"}");
    assertThat(at("d2", t + 14)).isEqualTo("{}");
    assertThat(at("d2", t + 30)).isEqualTo("{\"on\":true}");
    assertThat(at("d3", t + 30)).as("never reported").isEqualTo("{}");
  }

  /** A report that came late, of an earlier time, was not known before it came. */
  @Test
  void isKnownAsThePlatformKnewIt() {
    long t = Messages.T0;
    rig.send(
        D1.at(t + 5_000_000).says("{" + AT_1 + ",\"reported\":{\"mode\":\"eco\"}}"),
        D1.at(t + 9_000_000).says("{" + AT_0 + ",\"reported\":{\"rate\":5}}"));
    rig.drain();
    assertThat(at("d1", t + 8_000_000)).isEqualTo("{\"mode\":\"eco\"}");
    assertThat(at("d1", t + 9_000_000)).isEqualTo("{\"mode\":\"eco\",\"rate\":5}");
  }

  @Test
  void theHistoryIsBoundedAndSaysWhereItBegins() {
    try (ReportedHistory history = new ReportedHistory(folder.resolve("bounded"), 1 << 20)) {
      byte[] state = new ReportedState().encode();
      for (int i = 0; i < 40_000; i++) {
        history.add(i, new DeviceId("d" + i % 7), 1000 + i, state);
      }
      Optional<Reported> none = Optional.empty();
      DeviceId d0 = new DeviceId("d0");
      assertThat(history.asOf(d0, 40_000, none)).isInstanceOf(ReportedPast.Known.class);
      ReportedPast.Forgotten begins = (ReportedPast.Forgotten) history.asOf(d0, 1000, none);
      assertThat(begins.keptFromMicros()).isBetween(2000L, 40_000L);
      assertThat(history.asOf(d0, begins.keptFromMicros(), none))
          .isInstanceOf(ReportedPast.Known.class);
    }
  }
}
