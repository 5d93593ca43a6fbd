package io.vagus.bench.mqtt;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.vagus.device.mqtt.ReasonCode;
import io.vagus.kit.MonotonicClock;
import io.vagus.kit.WallClock;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * One device's connection: keeps a window of unacknowledged publishes full, as far as it is allowed
 * to, and sends again what was not acknowledged. Its own small codec knows the four packets it
 * needs and so costs a fraction of what the server spends. Confined to its event loop, but for what
 * is read when the load has ended. It outlives its channel: {@link Channel} is one attempt to
 * connect.
 */
public final class DeviceConnection {
  private static final int CONNACK = 2;
  private static final int PUBACK = 4;
  private static final int DISCONNECT = 14;

  /** Who connects, and how. */
  public record Login(Protocol protocol, String clientId, String secret, boolean persistent) {}

  private final Login login;
  private final MessageWriter writer;
  private final ConnectionListener listener;
  private final WallClock wall;
  private final MonotonicClock monotonic;

  // Slot s holds the message of packet identifier s + 1.
  private final long[] numbers;
  private final long[] times;
  private final long[] sentNanos;
  private final int[] free;
  private int freeCount;

  private long next;
  private long lastMicros;
  private long allowed;
  private @Nullable ChannelHandlerContext open;

  /**
   * @param window publishes that may be unacknowledged
   */
  public DeviceConnection(
      Login login,
      MessageWriter writer,
      ConnectionListener listener,
      WallClock wall,
      MonotonicClock monotonic,
      int window) {
    this.login = login;
    this.writer = writer;
    this.listener = listener;
    this.wall = wall;
    this.monotonic = monotonic;
    this.numbers = new long[window];
    this.times = new long[window];
    this.sentNanos = new long[window];
    this.free = new int[window];
    for (int i = 0; i < window; i++) {
      free[i] = window - 1 - i;
    }
    Arrays.fill(numbers, -1);
    freeCount = window;
  }

  /** How many messages were begun, acknowledged or not. */
  public long begun() {
    return next;
  }

  /** Lets it send that many more. */
  public void allow(long more) {
    allowed += more;
    if (allowed < 0) {
      allowed = Long.MAX_VALUE;
    }
    ChannelHandlerContext ctx = open;
    if (ctx != null) {
      fill(ctx);
      ctx.flush();
    }
  }

  /** Begins no more messages. */
  public void stop() {
    allowed = 0;
  }

  /** Ends the connection without a word, as a device does that loses its link. */
  public void drop() {
    ChannelHandlerContext ctx = open;
    if (ctx != null) {
      var _ = ctx.close();
    }
  }

  ConnectionListener listener() {
    return listener;
  }

  Channel newChannel() {
    return new Channel();
  }

  private void fill(ChannelHandlerContext ctx) {
    if (freeCount == 0 || allowed == 0) {
      return;
    }
    ByteBuf out = ctx.alloc().ioBuffer(4096);
    while (freeCount > 0 && allowed > 0) {
      int slot = free[--freeCount];
      allowed--;
      numbers[slot] = next++;
      lastMicros = Math.max(lastMicros + 1, wall.micros());
      times[slot] = lastMicros;
      send(out, slot, false);
    }
    var _ = ctx.write(out, ctx.voidPromise());
  }

  private void send(ByteBuf out, int slot, boolean dup) {
    sentNanos[slot] = monotonic.nanos();
    out.writeBytes(writer.packet(slot + 1, dup, numbers[slot], times[slot]));
  }

  private void acknowledged(int packetId, int reasonCode) {
    int slot = packetId - 1;
    if (slot < 0 || slot >= numbers.length || numbers[slot] < 0) {
      listener.failed("acknowledgement of packet " + packetId + ", which is not under way");
      return;
    }
    listener.acknowledged(numbers[slot], reasonCode, monotonic.nanos() - sentNanos[slot]);
    numbers[slot] = -1;
    free[freeCount++] = slot;
  }

  /** What was not acknowledged on the connection before, in the order it was sent in. */
  private void resend(ChannelHandlerContext ctx, boolean sessionPresent) {
    int[] slots =
        IntStream.range(0, numbers.length)
            .filter(slot -> numbers[slot] >= 0)
            .boxed()
            .sorted(Comparator.comparingLong(slot -> numbers[slot]))
            .mapToInt(slot -> slot)
            .toArray();
    if (slots.length > 0) {
      ByteBuf out = ctx.alloc().ioBuffer(4096);
      for (int slot : slots) {
        send(out, slot, sessionPresent);
        listener.resent();
      }
      var _ = ctx.write(out, ctx.voidPromise());
    }
  }

  /** One channel of this connection: reads the server's packets. */
  final class Channel extends ByteToMessageDecoder {
    @Override
    public void channelActive(ChannelHandlerContext ctx) throws Exception {
      var _ = ctx.writeAndFlush(Unpooled.wrappedBuffer(ConnectPacket.of(login)), ctx.voidPromise());
      super.channelActive(ctx);
    }

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
      while (in.readableBytes() >= 2) {
        int start = in.readerIndex();
        int type = in.readUnsignedByte() >> 4;
        int length = length(in);
        if (length < 0 || in.readableBytes() < length) {
          in.readerIndex(start);
          return;
        }
        int end = in.readerIndex() + length;
        packet(ctx, type, length, in);
        in.readerIndex(end);
      }
    }

    /** -1: not all of it is there. */
    private int length(ByteBuf in) {
      int value = 0;
      for (int shift = 0; shift < 28; shift += 7) {
        if (!in.isReadable()) {
          return -1;
        }
        int b = in.readUnsignedByte();
        value |= (b & 0x7F) << shift;
        if (b < 0x80) {
          return value;
        }
      }
      return -1;
    }

    private void packet(ChannelHandlerContext ctx, int type, int length, ByteBuf in) {
      switch (type) {
        case CONNACK -> connected(ctx, (in.readUnsignedByte() & 1) != 0, in.readUnsignedByte());
        case PUBACK -> acknowledged(in.readUnsignedShort(), length > 2 ? in.readUnsignedByte() : 0);
        case DISCONNECT ->
            listener.failed(
                "disconnected: " + ReasonCode.name(length > 0 ? in.readUnsignedByte() : 0));
        default -> {}
      }
    }

    private void connected(ChannelHandlerContext ctx, boolean sessionPresent, int reason) {
      if (reason != 0) {
        listener.refused(reason);
        return;
      }
      open = ctx;
      listener.connected();
      resend(ctx, sessionPresent);
      fill(ctx);
      ctx.flush();
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) throws Exception {
      super.channelReadComplete(ctx);
      if (Objects.equals(open, ctx)) {
        fill(ctx);
        ctx.flush();
      }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) throws Exception {
      boolean wasConnected = Objects.equals(open, ctx);
      if (wasConnected) {
        open = null;
      }
      listener.closed(wasConnected);
      super.channelInactive(ctx);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      // A killed server resets its connections: that is no failure of the load, but a server that
      // is not trusted is. channelInactive follows.
      if (cause.getCause() instanceof SSLException untrusted) {
        listener.failed("TLS: " + untrusted.getMessage());
      }
      var _ = ctx.close();
    }
  }
}
