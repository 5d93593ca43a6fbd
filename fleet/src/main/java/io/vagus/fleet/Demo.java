package io.vagus.fleet;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;

/**
 * The pilot fleet of {@code up --demo}: about 200 simulated devices of three products, and this
 * machine itself. A later run on the same data goes on with the same devices.
 */
public final class Demo implements AutoCloseable {
  private static final long SEED = 1;
  private static final String PROFILE = "demo.json";
  private static final String MACHINE_PROFILE = "computer.json";
  private static final Duration HISTORY = Duration.ofHours(3);
  private static final int HISTORY_BATCH = 60;

  private final Crew crew;

  private Demo(Place place) {
    crew = new Crew(place, SEED, 1, false);
    machine();
    boolean anyNew = devices();
    crew.connect(Integer.MAX_VALUE);
    Run run = crew.goOn();
    if (anyNew) {
      history(run);
    }
  }

  /** Registers the devices, connects them, and lets them send. */
  public static Demo start(Place place) {
    return new Demo(place);
  }

  private void machine() {
    Profile profile = ProfileFile.parse(resource(MACHINE_PROFILE));
    DevicePlan plan = new Population(profile, SEED).devices(1).getFirst().named("this-machine");
    crew.register(profile, List.of(plan));
    crew.add(plan, Optional.of(new ThisMachine(crew.wall(), Path.of("/"))));
  }

  static Profile profile() {
    return ProfileFile.parse(resource(PROFILE));
  }

  /** Whether there was any new one. */
  private boolean devices() {
    Profile profile = profile();
    List<DevicePlan> plans = new Population(profile, SEED).devices(profile.devices());
    int created = crew.register(profile, plans);
    plans.forEach(crew::add);
    return created > 0;
  }

  /** What the devices measured before, as they would send it after a time without a connection. */
  private static void history(Run run) {
    long from = run.startMicros() - HISTORY.toNanos() / 1000;
    for (Run.Member member : run.members()) {
      if (member.source() instanceof Life life) {
        long end = life.messageAt(run.startMicros());
        for (long first = life.messageAt(from); first < end; first += HISTORY_BATCH) {
          List<Long> batch =
              LongStream.range(first, Math.min(end, first + HISTORY_BATCH))
                  .filter(message -> !life.isSilent(message))
                  .boxed()
                  .toList();
          if (!batch.isEmpty()) {
            member.uplink().send(life.payload(batch));
          }
        }
      }
    }
  }

  /** How many devices it has. */
  public int size() {
    return crew.size();
  }

  private static String resource(String name) {
    try (InputStream in = Demo.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException(name + " is missing");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    crew.close();
  }
}
