package io.vagus.device;

import io.vagus.device.mqtt.LinkListener;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Follows desired state and reports it, on a thread of its own. */
final class Twin implements AutoCloseable {
  private final DeviceParts.Desired handler;
  private final DesiredState state;
  private final Commands.Answers answers;
  private final Commands.Time time;
  private final LinkListener listener;

  /** One waits: it reads the newest state when its turn comes. */
  private final ExecutorService thread =
      new ThreadPoolExecutor(
          1,
          1,
          0,
          TimeUnit.SECONDS,
          new ArrayBlockingQueue<>(1),
          Thread.ofVirtual().name("twin").factory(),
          new ThreadPoolExecutor.DiscardPolicy());

  Twin(
      DeviceParts.Desired handler,
      DesiredState state,
      Commands.Answers answers,
      Commands.Time time,
      LinkListener listener) {
    this.handler = handler;
    this.state = state;
    this.answers = answers;
    this.time = time;
    this.listener = listener;
  }

  /** Before anything is received. */
  void start() {
    if (state.version() > 0) {
      thread.execute(this::follow); // what it held before the restart
    }
  }

  void received(byte[] payload) {
    switch (state.receive(payload)) {
      case NEWER -> thread.execute(this::follow);
      case GAP -> answers.send("twin/desired/get", "");
      case PASSED_OVER -> {}
      case UNREADABLE -> listener.failed("desired state that cannot be read");
    }
  }

  private void follow() {
    long version = state.version();
    try {
      report(version, handler.follow(state.document()));
    } catch (RuntimeException e) {
      listener.failed("desired state " + version + " not followed: " + e);
    }
  }

  /** What is safe in place of a command that was not repeated: a merge patch. */
  void fallBack(Map<String, @Nullable Object> patch) {
    try {
      report(state.version(), handler.follow(DesiredState.patched(state.document(), patch)));
    } catch (RuntimeException e) {
      listener.failed("fallback of desired state failed: " + e);
    }
  }

  private void report(long version, Map<String, ?> reported) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("time", time.own().toString());
    json.put("desiredVersion", version);
    json.put("reported", reported);
    answers.send("twin/reported", Json.text(json));
  }

  @Override
  public void close() {
    thread.shutdown();
  }
}
