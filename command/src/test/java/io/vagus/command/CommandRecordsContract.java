package io.vagus.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.vagus.command.CommandRecords.Entry;
import io.vagus.command.CommandRecords.Filter;
import io.vagus.model.Command;
import io.vagus.model.Command.Lane;
import io.vagus.model.Command.Result;
import io.vagus.model.Command.Status;
import io.vagus.model.Command.Step;
import io.vagus.model.CommandState;
import io.vagus.model.DeviceId;
import io.vagus.model.Page;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Where commands are kept, on every engine. */
public abstract class CommandRecordsContract {
  protected static final DeviceId D1 = new DeviceId("d1");
  private static final DeviceId D2 = new DeviceId("d2");
  protected CommandRecords records;

  protected abstract CommandRecords open();

  protected void shut() {}

  @BeforeEach
  void openRecords() {
    records = open();
  }

  @AfterEach
  void shutRecords() {
    shut();
  }

  protected static Command command(String id, DeviceId device, long micros) {
    return new Command(
        id,
        device,
        "move",
        "{\"position\":40}",
        Lane.PRIORITY,
        micros + 60_000_000,
        Optional.of(new Command.Effect("/valve/position", "40")),
        Optional.of("b1"),
        0,
        List.of(
            new Step(CommandState.CREATED, micros, "user:anna", ""),
            new Step(CommandState.QUEUED, micros, "system", "")),
        0,
        0,
        0,
        Optional.empty());
  }

  private Command write(Command command, long ordinal) {
    records.write(List.of(new Entry(command, ordinal, true)));
    return command;
  }

  @Test
  void keepsEveryFieldOfACommandFromItsRequestToItsEnd() {
    Command queued = write(command("a", D1, 1000), 1);
    assertThat(records.find("a")).contains(queued);
    Command over =
        Transitions.result(
                Transitions.sent(queued, 77, 2000).orElseThrow(),
                new Result(Status.FAILED, "jammed", "at 12 %", "{\"torque\":9}"),
                3000)
            .orElseThrow();
    records.write(List.of(new Entry(over, 1, false)));
    assertThat(records.find("a")).contains(over);
    assertThat(records.find("b")).isEmpty();
  }

  @Test
  void keepsWhatWasRefusedWithItsReasonFromTheStart() {
    Command queued = command("a", D1, 1000);
    Result why = new Result(Status.REFUSED, "overpressure", "Too much", "{\"p\":9.2}");
    Command refused = write(Transitions.refused(queued, why, 1000), 1);
    assertThat(records.find("a")).contains(refused);
    assertThat(records.open()).isEmpty();
  }

  @Test
  void countsHowOftenADeviceGotACommandLately() {
    write(command("a", D1, 1000), 1);
    write(command("b", D1, 2000), 2);
    write(command("c", D2, 2000), 1);
    Command cancelled = Transitions.cancelled(command("d", D1, 2000), "user:bob", 2000).get();
    write(cancelled, 3);
    assertThat(records.recent(D1, "move", 999)).isEqualTo(2);
    assertThat(records.recent(D1, "move", 1000)).isEqualTo(1);
    assertThat(records.recent(D1, "stop", 0)).isZero();
  }

  @Test
  void keepsDeadMenUntilTheyAreDisarmed() {
    DeadMen.Armed first = new DeadMen.Armed(D1, "run", "a", 5000);
    DeadMen.Armed other = new DeadMen.Armed(D2, "run", "b", 6000);
    DeadMen.Armed putOff = new DeadMen.Armed(D1, "run", "c", 7000);
    DeadMen.Armed over = new DeadMen.Armed(D2, "run", "b", 0);
    records.write(new CommandRecords.Changes(List.of(), List.of(), List.of(first, other)));
    records.write(new CommandRecords.Changes(List.of(), List.of(), List.of(putOff, over)));
    assertThat(records.deadMen()).containsExactly(putOff);
  }

  @Test
  void theOpenOnesComeInTheOrderOfTheirDevice() {
    write(command("b", D1, 1000), 1);
    write(command("a", D1, 1000), 2);
    write(command("c", D2, 500), 1);
    Command cancelled =
        Transitions.cancelled(command("b", D1, 1000), "user:bob", 2000).orElseThrow();
    records.write(List.of(new Entry(cancelled, 1, false)));
    assertThat(records.open())
        .extracting(entry -> entry.command().id() + " " + entry.ordinal())
        .containsExactly("a 2", "c 1");
  }

  @Test
  void countsCommandsAndSequencesOfADevice() {
    assertThat(records.counts(D1).ordinal()).isZero();
    Command sent = Transitions.sent(command("a", D1, 1000), 77, 2000).orElseThrow();
    write(sent, 1);
    write(command("b", D1, 1500), 2);
    CommandRecords.Counts counts = records.counts(D1);
    assertThat(counts.ordinal()).isEqualTo(2);
    assertThat(counts.sequences()).containsExactly(0, 77);
    assertThat(counts.issuer()).isEqualTo("user:anna");
  }

  @Test
  void pagesTheNewestFirst() {
    for (int i = 0; i < 5; i++) {
      write(command("c" + i, i == 0 ? D2 : D1, 1000 + i / 2), i == 0 ? 1 : i);
    }
    Page<Command> first = records.page(Filter.ALL, Optional.empty(), 3);
    Page<Command> second = records.page(Filter.ALL, first.next(), 3);
    assertThat(first.items()).extracting(Command::id).containsExactly("c4", "c2", "c3");
    assertThat(second.items()).extracting(Command::id).containsExactly("c0", "c1");
    assertThat(second.next()).isEmpty();
    assertThat(
            records
                .page(
                    new Filter(
                        Optional.of(D2), Optional.of(CommandState.QUEUED), Optional.of("b1")),
                    Optional.empty(),
                    9)
                .items())
        .extracting(Command::id)
        .containsExactly("c0");
    assertThat(
            records
                .page(
                    new Filter(Optional.empty(), Optional.of(CommandState.SENT), Optional.empty()),
                    Optional.empty(),
                    9)
                .items())
        .isEmpty();
  }

  @Test
  void countsABulkCommandByState() {
    write(command("a", D1, 1000), 1);
    write(Transitions.sent(command("b", D1, 1000), 77, 2000).orElseThrow(), 2);
    assertThat(records.ofBulk("b1"))
        .isEqualTo(Map.of(CommandState.QUEUED, 1L, CommandState.SENT, 1L));
    assertThat(records.ofBulk("none")).isEmpty();
  }

  private void over(String id, DeviceId device, long micros, long sequence, long ordinal) {
    Command sent =
        Transitions.sent(command(id, device, micros), sequence, micros + 1).orElseThrow();
    Command over = Transitions.givenUp(sent, micros + 2).orElseThrow();
    records.write(List.of(new Entry(over, ordinal, true)));
    records.write(List.of(new Entry(over, ordinal, false)));
  }

  @Test
  void forgetsTheOldestByAgeAndByCountAndKeepsWhatIsOpen() {
    over("a", D1, 1000, 11, 1);
    records.write(List.of(new Entry(command("b", D1, 1500), 2, true)));
    over("c", D1, 2000, 12, 3);
    over("d", D1, 3000, 13, 4);
    over("e", D2, 4000, 14, 1);
    assertThat(records.forget(1500, 100, 10)).isEqualTo(1);
    assertThat(records.forget(1600, 100, 10)).as("b is open").isZero();
    assertThat(records.forget(0, 2, 10)).isEqualTo(2);
    assertThat(records.page(Filter.ALL, Optional.empty(), 10).items())
        .extracting(Command::id)
        .containsExactly("e", "b");
    assertThat(records.forget(Long.MAX_VALUE, 0, 1)).as("no more than asked").isEqualTo(1);
  }

  /** A number that came again would be passed over by the device, or done twice. */
  @Test
  void keepsTheNumbersOfWhatItForgot() {
    over("a", D1, 1000, 11, 1);
    over("b", D1, 2000, 12, 2);
    assertThat(records.forget(1500, 100, 10)).isEqualTo(1);
    assertThat(records.forget(Long.MAX_VALUE, 100, 10)).isEqualTo(1);
    CommandRecords.Counts counts = records.counts(D1);
    assertThat(counts.ordinal()).isEqualTo(2);
    assertThat(counts.issuer()).isEqualTo("user:anna");
    assertThat(counts.sequences()[Lane.PRIORITY.ordinal()]).isEqualTo(12);
    assertThat(counts.sequences()[Lane.NORMAL.ordinal()]).isZero();
  }

  /** Against all of them sorted, with many of one moment, page by page. */
  @Test
  void pagesThoseOfSomeDevicesAsIfThereWereNoOthers() {
    long seed = 20_261_126;
    Random random = new Random(seed);
    List<DeviceId> devices = IntStream.range(0, 9).mapToObj(i -> new DeviceId("d" + i)).toList();
    List<Command> all = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      DeviceId device = devices.get(random.nextInt(random.nextBoolean() ? 9 : 2));
      Command made =
          command("c" + random.nextInt(1_000_000) + "-" + i, device, 1000 + random.nextInt(60));
      all.add(write(made, i + 1));
    }
    List<DeviceId> some = List.of(devices.get(0), devices.get(4), devices.get(7), devices.get(8));
    Filter range = new Filter(Optional.empty(), Optional.empty(), Optional.empty(), 1005, 1050);
    for (Filter filter : List.of(Filter.ALL, range)) {
      List<String> wanted =
          all.stream()
              .filter(c -> some.contains(c.device()))
              .filter(c -> c.createdMicros() >= filter.fromMicros())
              .filter(c -> c.createdMicros() < filter.toMicros())
              .sorted(
                  Comparator.comparing(Command::createdMicros)
                      .reversed()
                      .thenComparing(Command::id))
              .map(Command::id)
              .toList();
      for (int limit : new int[] {1, 3, 50, 1000}) {
        List<String> found = new ArrayList<>();
        Optional<String> cursor = Optional.empty();
        do {
          Page<Command> page = records.page(some, filter, cursor, limit);
          page.items().forEach(c -> found.add(c.id()));
          cursor = page.next();
        } while (cursor.isPresent());
        assertThat(found).as("limit " + limit + ", seed " + seed).isEqualTo(wanted);
      }
    }
    assertThat(records.page(List.of(), Filter.ALL, Optional.empty(), 9).items()).isEmpty();
    assertThat(records.page(List.of(new DeviceId("none")), Filter.ALL, Optional.empty(), 9).items())
        .isEmpty();
  }

  @Test
  void countsWhatBecameOfThoseThatAreOver() {
    over("a", D1, 1000, 11, 1);
    over("b", D2, 2000, 12, 1);
    Command sent = Transitions.sent(command("c", D1, 3000), 77, 3001).orElseThrow();
    Command done =
        Transitions.result(sent, new Result(Status.SUCCEEDED, "", "", ""), 3002).orElseThrow();
    Command seen = Transitions.verified(done, 3003).orElseThrow();
    write(seen, 2);
    write(command("d", D1, 4000), 3);
    write(Transitions.cancelled(command("e", D1, 5000), "user:bob", 5001).orElseThrow(), 4);
    assertThat(records.outcomes(Optional.empty(), Filter.ALL))
        .isEqualTo(
            new CommandOutcomes(
                Map.of(
                    CommandState.UNKNOWN,
                    2L,
                    CommandState.SUCCEEDED,
                    1L,
                    CommandState.CANCELLED,
                    1L),
                1,
                1,
                3,
                1));
    assertThat(records.outcomes(Optional.of(List.of(D2)), Filter.ALL))
        .isEqualTo(new CommandOutcomes(Map.of(CommandState.UNKNOWN, 1L), 0, 0, 1, 0));
    assertThat(records.outcomes(Optional.of(List.of()), Filter.ALL))
        .isEqualTo(CommandOutcomes.NONE);
    CommandOutcomes all = records.outcomes(Optional.empty(), Filter.ALL);
    assertThat(all.counted()).isEqualTo(3);
    assertThat(all.succeeded()).isEqualTo(1);
  }
}
