package io.vagus.process;

import static io.vagus.process.Messages.T0;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.vagus.ledger.MessageFilter;
import io.vagus.ledger.MessageTrace;
import io.vagus.ledger.Note;
import io.vagus.model.Channel;
import io.vagus.model.DeviceId;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What devices say of themselves, and their messages of a time. */
@Timeout(60)
class NotesTest {
  private static final long SECOND = 1_000_000;
  private static final DeviceId D1 = new DeviceId("d1");

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

  private static MessageFilter between(long from, long to) {
    return new MessageFilter(D1, T0 + from * SECOND, T0 + to * SECOND);
  }

  private List<String> logs(MessageFilter filter) {
    return rig.drain().notes(filter, Channel.LOGS, 100).stream()
        .map(Note::payload)
        .map(payload -> new String(payload, UTF_8))
        .toList();
  }

  @Test
  void keepsWhatADeviceSaysOfItselfOverACrash() {
    Messages m = Messages.of("d1");
    rig.send(
        m.on(Channel.LOGS).says("first"),
        Messages.of("d2").on(Channel.LOGS).says("another's"),
        m.on(Channel.EVENTS).says("it happened"),
        m.on(Channel.LOGS).at(T0 + 60 * SECOND).says("second"),
        m.says("{\"t\": 1}"));
    assertThat(logs(between(0, 100))).containsExactly("second", "first");
    assertThat(logs(between(1, 100))).containsExactly("second");
    assertThat(logs(between(0, 60))).containsExactly("first");
    assertThat(rig.ledger.notes(between(0, 100), Channel.EVENTS, 100)).hasSize(1);
    assertThat(rig.ledger.notes(between(0, 100), Channel.LOGS, 1)).hasSize(1);

    rig.crash();
    assertThat(logs(between(0, 100))).containsExactly("second", "first");
  }

  @Test
  void findsADevicesMessagesOfATimeLongPast() {
    int many = 2000;
    List<Long> sent = new ArrayList<>();
    for (int i = 0; i < many; i++) {
      rig.clock.advance(Duration.ofSeconds(1));
      Messages of = Messages.of(i % 10 == 0 ? "d1" : "d2").at(rig.clock.micros());
      rig.send(of.says("{\"t\": " + i + "}"));
      if (i % 10 == 0) {
        sent.add(rig.clock.micros());
      }
      if (i % 50 == 0) {
        rig.drain();
      }
    }
    rig.drain();
    List<MessageTrace> past = rig.ledger.messages(between(100, 200), 1000);
    List<Long> wanted = sent.stream().filter(between(100, 200)::holds).toList();
    assertThat(wanted).hasSizeGreaterThan(5);
    assertThat(past)
        .extracting(trace -> trace.receivedMicros().orElseThrow())
        .containsExactlyElementsOf(wanted.reversed());
    assertThat(past).allSatisfy(trace -> assertThat(trace.device()).isEqualTo(D1));
    assertThat(rig.ledger.messages(between(0, 3000), 30)).hasSize(30);
    assertThat(rig.ledger.messages(between(0, 3000), 1000)).hasSize(many / 10);
  }
}
