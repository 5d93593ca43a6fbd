package io.vagus.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.TreeMap;

/**
 * Many MQTT 5 devices, pump-0 and on, in one thread. All connect at once; each publishes one
 * message and stays. Who is told that the server is busy, or finds it closed, comes again after a
 * backoff from 0.2 s to 3 s; who is refused for another reason stays away.
 */
final class Herd implements AutoCloseable {
  private static final int SERVER_BUSY = 0x89;
  private static final long FIRST_BACKOFF_NANOS = 200_000_000L;
  private static final long MAX_BACKOFF_NANOS = 3_000_000_000L;

  /**
   * What became of them.
   *
   * @param reasons CONNACK's reason codes, how often each
   * @param took until the last was done
   */
  record Outcome(int served, Map<Integer, Integer> reasons, Duration took) {}

  private final List<HerdMember> members = new ArrayList<>();
  private final InetAddress local;
  private final Selector selector;
  private int messages;

  /**
   * @param local the address they come from
   */
  Herd(String local, List<String> secrets) {
    try {
      this.local = InetAddress.getByName(local);
      this.selector = Selector.open();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    for (int i = 0; i < secrets.size(); i++) {
      members.add(new HerdMember("pump-" + i, secrets.get(i)));
    }
  }

  /** All connect, and each publishes; returns once every one is served or refused. */
  Outcome comeBack(int port, Duration bound) {
    InetSocketAddress server = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    Map<Integer, Integer> reasons = new TreeMap<>();
    PriorityQueue<HerdMember> waiting =
        new PriorityQueue<>((a, b) -> Long.compare(a.dueNanos - b.dueNanos, 0));
    long start = System.nanoTime();
    messages++;
    members.forEach(member -> member.begin(start));
    waiting.addAll(members);
    int done = 0;
    int served = 0;
    try {
      while (done < members.size()) {
        if (System.nanoTime() - start > bound.toNanos()) {
          throw new AssertionError(
              (members.size() - done) + " still wait after " + bound + "; so far " + reasons);
        }
        while (!waiting.isEmpty() && waiting.peek().dueNanos <= System.nanoTime()) {
          connect(waiting.poll(), server);
        }
        selector.select(5);
        for (SelectionKey key : selector.selectedKeys()) {
          HerdMember member = (HerdMember) key.attachment();
          Optional<Integer> reason = step(key, member);
          if (reason.isPresent()) {
            reasons.merge(reason.get(), 1, Integer::sum);
          }
          if (member.isServed(messages)) {
            served++;
            done++;
            key.interestOps(0);
          } else if (reason.isPresent() && reason.get() == SERVER_BUSY || member.isCut()) {
            member.waitLonger(FIRST_BACKOFF_NANOS, MAX_BACKOFF_NANOS);
            waiting.add(member);
          } else if (reason.isPresent() && reason.get() != 0) {
            member.cut();
            done++;
          }
        }
        selector.selectedKeys().clear();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new Outcome(served, reasons, Duration.ofNanos(System.nanoTime() - start));
  }

  private void connect(HerdMember member, InetSocketAddress server) throws IOException {
    SocketChannel channel = SocketChannel.open();
    channel.configureBlocking(false);
    channel.setOption(StandardSocketOptions.SO_LINGER, 0);
    channel.bind(new InetSocketAddress(local, 0));
    member.open(channel);
    boolean connected = channel.connect(server);
    channel.register(selector, connected ? SelectionKey.OP_READ : SelectionKey.OP_CONNECT, member);
    if (connected) {
      member.sendConnect();
    }
  }

  private Optional<Integer> step(SelectionKey key, HerdMember member) {
    try {
      if (key.isConnectable()) {
        member.finishConnect();
        key.interestOps(SelectionKey.OP_READ);
        return Optional.empty();
      }
      return member.read(messages);
    } catch (IOException e) {
      member.cut();
      return Optional.empty();
    }
  }

  /** Every connection is gone at once, as when a site loses its power. */
  void cut() {
    members.forEach(HerdMember::cut);
  }

  @Override
  public void close() {
    cut();
    try {
      selector.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
