package io.vagus.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vagus.command.BulkRecords.Member;
import io.vagus.model.Command;
import io.vagus.model.CommandModel;
import io.vagus.model.CommandState;
import io.vagus.model.DeviceId;
import io.vagus.model.ProductModel;
import io.vagus.model.TwinModel;
import io.vagus.registry.InMemoryRegistry;
import io.vagus.registry.Registry.NewDevice;
import io.vagus.testkit.ManualClock;
import io.vagus.twin.Interlocks;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Bulk commands step by step, with the server's end between any two. */
@Timeout(60)
class BulkRunnerTest {
  private static final int DEVICES = 20;
  private static final long START = 1_790_000_000_000_000L;

  private final ManualClock clock = new ManualClock(START);
  private final InMemoryRegistry registry = new InMemoryRegistry(clock);
  private final CommandRecords commandRecords = new InMemoryCommandRecords();
  private Commands commands;

  @BeforeEach
  void start() {
    CommandModel beep =
        new CommandModel(
            "beep", Map.of(), Set.of(), Command.Lane.NORMAL, Optional.empty(), Duration.ofDays(1));
    registry.saveProduct(
        new ProductModel(
            "valve",
            1,
            "Valve",
            Map.of(),
            Optional.empty(),
            Optional.empty(),
            0,
            Map.of("beep", beep),
            TwinModel.NONE));
    for (int i = 0; i < DEVICES; i++) {
      registry.createDevice(new NewDevice(device(i), "valve", "", Map.of(), Optional.empty()));
    }
    commands =
        Commands.start(
            commandRecords,
            registry,
            device -> Optional.empty(),
            new Interlocks(registry, device -> List.of(), device -> Optional.empty(), clock),
            CommandConfig.defaults(),
            clock,
            clock,
            new SimpleMeterRegistry());
  }

  @AfterEach
  void stop() {
    commands.close();
  }

  private static DeviceId device(int i) {
    return new DeviceId("d" + i);
  }

  private static Bulk bulk(double rateHz, Optional<Instant> deadline) {
    BulkOrder order =
        new BulkOrder(
            "beep",
            "{}",
            Optional.empty(),
            deadline,
            new BulkOrder.Scope(Optional.empty(), Optional.of("valve"), Optional.empty()),
            rateHz,
            Optional.empty(),
            "user:anna");
    return new Bulk("b1", order, Bulk.State.RUNNING, "", START, 0, DEVICES, 0);
  }

  private BulkRecords records(Bulk bulk) {
    BulkRecords records = new InMemoryBulkRecords(commandRecords);
    List<Member> members =
        IntStream.range(0, DEVICES)
            .mapToObj(i ->
                new Member(
                    i + 1L, device(i), CommandRules.id(bulk.order().request(bulk.id(), device(i)))))
            .toList();
    records.create(bulk, members, () -> {});
    return records;
  }

  private BulkRunner runner(BulkRecords records) {
    return new BulkRunner(records, commands, clock, clock);
  }

  private List<Command> made() {
    return commandRecords.page(CommandRecords.Filter.ALL, Optional.empty(), 1000).items();
  }

  /** A turn whose commands are durable, and the server ends before it notes that it was. */
  @Test
  void aTurnThatIsDoneAgainMakesNoSecondCommand() {
    Bulk bulk = bulk(1000, Optional.empty());
    BulkRecords before = records(bulk);
    BulkRunner first = runner(before);
    var unused = first.step();
    clock.advance(Duration.ofMillis(10));
    unused = first.step();
    assertThat(before.find("b1").orElseThrow().asked()).isEqualTo(11);
    assertThat(made()).hasSize(11);

    BulkRecords lost = records(bulk); // as if none of it had been noted
    BulkRunner second = runner(lost);
    for (int i = 0; i < 5; i++) {
      unused = second.step();
      clock.advance(Duration.ofMillis(10));
    }
    assertThat(lost.find("b1").orElseThrow().asked()).isEqualTo(DEVICES);
    assertThat(made()).hasSize(DEVICES);
    assertThat(made()).extracting(Command::device).doesNotHaveDuplicates();
  }

  @Test
  void asksAtItsRateAndMakesUpForNoStandstill() {
    BulkRecords records = records(bulk(2, Optional.empty()));
    BulkRunner runner = runner(records);
    int[] asked = new int[6];
    for (int i = 0; i < asked.length; i++) {
      var unused = runner.step();
      asked[i] = (int) records.find("b1").orElseThrow().asked();
      clock.advance(Duration.ofMillis(250));
    }
    assertThat(asked).containsExactly(1, 1, 2, 2, 3, 3);
    clock.advance(Duration.ofHours(1));
    var unused = runner.step();
    assertThat(records.find("b1").orElseThrow().asked()).isEqualTo(4);
  }

  @Test
  void expiresAndSettles() {
    Instant deadline = Instant.ofEpochSecond(START / 1_000_000 + 60);
    BulkRecords records = records(bulk(1, Optional.of(deadline)));
    BulkRunner runner = runner(records);
    var unused = runner.step();
    clock.advance(Duration.ofMinutes(2));
    unused = runner.step();
    assertThat(records.find("b1").orElseThrow().state()).isEqualTo(Bulk.State.EXPIRED);
    while (!records.unsettled().isEmpty()) {
      unused = runner.step();
    }
    assertThat(made()).extracting(Command::state).doesNotContain(CommandState.QUEUED).hasSize(1);
  }
}
