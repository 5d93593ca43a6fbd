package io.vagus.bench;

import io.vagus.device.mqtt.Backoff;
import io.vagus.device.mqtt.DeviceLoops;
import io.vagus.device.mqtt.LinkListener;
import io.vagus.device.mqtt.LinkOptions;
import io.vagus.device.mqtt.Login;
import io.vagus.device.mqtt.MqttLink;
import io.vagus.device.mqtt.Outbox;
import io.vagus.device.mqtt.Outgoing;
import io.vagus.device.mqtt.Protocol;
import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A device that takes each command at once and says that it succeeded, on the SDK's connection. The
 * command's argument {@code t} says when it was asked for. Confined to its event loop.
 */
final class Responder implements LinkListener, Outbox, AutoCloseable {
  private static final byte[] SUCCEEDED =
      "{\"status\":\"succeeded\"}".getBytes(StandardCharsets.US_ASCII);
  private static final Pattern TIME = Pattern.compile("\"t\":(\\d+)");
  private static final long PATIENCE_SECONDS = 30;

  /** No session to be kept and no pings: what is measured is commands. */
  private static final LinkOptions OPTIONS =
      new LinkOptions(Protocol.V5, Duration.ZERO, Duration.ZERO, Backoff.DEFAULT, 16);

  private final MqttLink link;
  private final LongConsumer arrived;
  private final LongConsumer done;

  /** Results on their way, each with the time of its command in its number's place. */
  private final Queue<Outgoing> results = new ArrayDeque<>();

  private final CountDownLatch listening = new CountDownLatch(1);

  /**
   * Returns when it hears commands.
   *
   * @param arrived hears the time of a command that came, done of one whose result is durable
   */
  Responder(Login login, DeviceLoops loops, LongConsumer arrived, LongConsumer done) {
    this.arrived = arrived;
    this.done = done;
    this.link =
        new MqttLink(
            login, OPTIONS, loops, this, this, Set.of("commands/+"), new SplittableRandom());
    link.start();
    try {
      if (!listening.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        throw new VagusException(ErrorCode.IO_FAILED, login + ": not connected in time");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new VagusException(ErrorCode.STOPPING, login + ": interrupted", e);
    }
  }

  @Override
  public void subscribed() {
    listening.countDown();
  }

  @Override
  public void received(String topic, byte[] payload) {
    Matcher time = TIME.matcher(new String(payload, StandardCharsets.UTF_8));
    long asked = time.find() ? Long.parseLong(time.group(1)) : 0;
    arrived.accept(asked);
    results.add(new Outgoing(asked, 0, topic + "/result", "", SUCCEEDED));
  }

  @Override
  public @Nullable Outgoing next() {
    return results.poll();
  }

  @Override
  public void done(Outgoing message, int reasonCode) {
    done.accept(message.number());
  }

  @Override
  public void settled() {}

  @Override
  public void close() {
    link.stop();
  }
}
