package io.vagus.device;

import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import io.vagus.kit.WallClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The interlocks that a device holds, over restarts, and what they say of what it is about to do.
 * Guarded by itself.
 */
final class Interlocks {
  private final Optional<Path> file;
  private final String device;
  private final Known known;
  private final WallClock clock;
  private InterlockSet set = InterlockSet.NONE;
  private Judge judge;

  /**
   * @param file empty: they are held as long as the process lives
   */
  Interlocks(Optional<Path> file, String device, Known known, WallClock clock) {
    this.file = file;
    this.device = device;
    this.known = known;
    this.clock = clock;
    this.judge = Judge.of(set, device);
    if (file.isPresent() && Files.exists(file.get())) {
      try {
        InterlockSet.read(Files.readAllBytes(file.get())).ifPresent(this::hold);
      } catch (IOException e) {
        throw new VagusException(ErrorCode.IO_FAILED, "cannot read " + file.get() + ": " + e, e);
      }
    }
  }

  private void hold(InterlockSet newest) {
    set = newest;
    judge = Judge.of(newest, device);
  }

  /** False: it is none of the contract's. An older version of the same product is passed over. */
  synchronized boolean received(byte[] payload) {
    Optional<InterlockSet> read = InterlockSet.read(payload);
    if (read.isEmpty()) {
      return false;
    }
    InterlockSet newer = read.get();
    if (!newer.product().equals(set.product()) || newer.version() > set.version()) {
      hold(newer);
      file.ifPresent(to -> DurableFile.replace(to, payload));
    }
    return true;
  }

  synchronized Optional<InterlockSet.DeadMan> deadMan(String command) {
    return Optional.ofNullable(set.commands().get(command))
        .flatMap(InterlockSet.OfCommand::deadMan);
  }

  /** Why the command is not carried out; empty: nothing speaks against it. */
  synchronized Optional<Command.Result> refusal(Command command) {
    return judge
        .ofCommand(command.name(), command.args(), known.moment(), clock.now())
        .map(why ->
            new Command.Result(
                Command.Status.REFUSED, why.interlock(), why.detail(), values(why.seen())));
  }

  /** Why a rule may not switch its actuator, which the desired field of its name guards. */
  synchronized Optional<String> refusal(String actuator, boolean on) {
    return judge
        .ofField("/" + actuator, on, known.moment(), clock.now())
        .map(why -> why.interlock() + ": " + why.detail());
  }

  private static Map<String, ?> values(Map<String, @Nullable Object> seen) {
    return new LinkedHashMap<>(seen);
  }
}
