package io.vagus.device;

import io.vagus.device.mqtt.LinkListener;
import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * Does what is safe where a command is not repeated in time, with or without a network. After a
 * restart it is done at once, for nobody knows how long the device was away. Guarded by itself.
 */
final class DeadMen implements AutoCloseable {
  private final Optional<Path> file;
  private final Interlocks interlocks;
  private final Fallback fallback;
  private final LinkListener listener;
  private final Map<String, ScheduledFuture<?>> armed = new HashMap<>();
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("dead-men").factory());

  /** Does it. */
  interface Fallback {
    void fallBack(String command, InterlockSet.DeadMan deadMan);
  }

  /**
   * @param file where it stands which are armed; empty: that ends with the process
   */
  DeadMen(Optional<Path> file, Interlocks interlocks, Fallback fallback, LinkListener listener) {
    this.file = file;
    this.interlocks = interlocks;
    this.fallback = fallback;
    this.listener = listener;
  }

  /** Before any command is received. */
  synchronized void start() {
    if (file.isEmpty() || !Files.exists(file.get())) {
      return;
    }
    try {
      List<String> names = Files.readAllLines(file.get());
      names.stream().filter(name -> !name.isEmpty()).forEach(name -> arm(name, Duration.ZERO));
    } catch (IOException e) {
      throw new VagusException(ErrorCode.IO_FAILED, "cannot read " + file.get() + ": " + e, e);
    }
  }

  /** A command is about to begin. */
  synchronized void begins(String command) {
    boolean changed = false;
    for (String name : List.copyOf(armed.keySet())) {
      Optional<String> ends = interlocks.deadMan(name).flatMap(InterlockSet.DeadMan::command);
      if (ends.equals(Optional.of(command))) {
        Objects.requireNonNull(armed.remove(name)).cancel(false);
        changed = true;
      }
    }
    Optional<InterlockSet.DeadMan> deadMan = interlocks.deadMan(command);
    if (deadMan.isPresent()) {
      changed |= !armed.containsKey(command);
      arm(command, deadMan.get().within());
    }
    if (changed) {
      keep();
    }
  }

  private void arm(String command, Duration within) {
    ScheduledFuture<?> before =
        armed.put(
            command, timer.schedule(() -> due(command), within.toMillis(), TimeUnit.MILLISECONDS));
    if (before != null) {
      before.cancel(false);
    }
  }

  private void due(String command) {
    synchronized (this) {
      ScheduledFuture<?> now = armed.get(command);
      if (now == null || now.getDelay(TimeUnit.NANOSECONDS) > 0) {
        return; // repeated just now
      }
      armed.remove(command);
    }
    interlocks
        .deadMan(command)
        .ifPresent(deadMan -> {
          listener.failed(
              command + " was not repeated within " + deadMan.within() + ": falling back");
          fallback.fallBack(command, deadMan);
        });
    synchronized (this) {
      keep();
    }
  }

  private void keep() {
    if (file.isPresent()) {
      String names = String.join("\n", armed.keySet());
      DurableFile.replace(file.get(), names.getBytes(StandardCharsets.UTF_8));
    }
  }

  /** What is armed is done after the next start. */
  @Override
  public void close() {
    timer.shutdownNow();
  }
}
