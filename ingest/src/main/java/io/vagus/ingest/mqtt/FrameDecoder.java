package io.vagus.ingest.mqtt;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.util.List;

/**
 * Cuts the stream into packets (MQTT 5.0 §2.1), checks each and hands whole sound ones on to
 * Netty's decoder; on the first that is not, a {@link WireFault}, and then nothing any more.
 * Confined to its event loop.
 */
final class FrameDecoder extends ByteToMessageDecoder {
  private static final int INCOMPLETE = -1;
  private static final int OVERLONG = -2;

  private final int maxPacketBytes;
  private int version;
  private boolean connected;
  private boolean faulty;

  FrameDecoder(int maxPacketBytes) {
    this.maxPacketBytes = maxPacketBytes;
  }

  @Override
  protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
    int from = in.readerIndex();
    int at = from;
    WireFault fault = null;
    while (!faulty && fault == null) {
      int prefix = prefixBytes(in, at);
      if (prefix == INCOMPLETE) {
        break;
      }
      int header = in.getUnsignedByte(at);
      int length = prefix == OVERLONG ? 0 : remainingLength(in, at, prefix);
      if (prefix == OVERLONG || !isFirstConnect(header)) {
        fault = new WireFault(firstFault(prefix, header), false, version);
      } else if (prefix + length > maxPacketBytes) {
        fault = new WireFault(ReasonCode.PACKET_TOO_LARGE, !connected, version);
      } else if (in.writerIndex() - at < prefix + length) {
        break;
      } else {
        fault = checkPacket(in, header, at + prefix, length);
        at += fault == null ? prefix + length : 0;
      }
    }
    if (at > from) {
      out.add(in.readRetainedSlice(at - from));
    }
    if (fault != null) {
      out.add(fault);
      faulty = true;
    }
    if (faulty) {
      in.skipBytes(in.readableBytes());
    }
  }

  private boolean isFirstConnect(int header) {
    return connected != (header >> 4 == WireCheck.CONNECT); // [MQTT-3.1.0-1, -2]
  }

  private static ReasonCode firstFault(int prefix, int header) {
    boolean badType = header >> 4 == 0;
    return prefix == OVERLONG || badType ? ReasonCode.MALFORMED_PACKET : ReasonCode.PROTOCOL_ERROR;
  }

  private @org.jspecify.annotations.Nullable WireFault checkPacket(
      ByteBuf in, int header, int from, int length) {
    if (!connected) {
      version = WireCheck.protocolLevel(in, from, length);
    }
    ReasonCode reason = WireCheck.check(in, header, from, length, version);
    boolean inConnect = !connected;
    connected = true;
    return reason == null ? null : new WireFault(reason, inConnect, version);
  }

  /** Bytes of the fixed header: 2 to 5. */
  private static int prefixBytes(ByteBuf in, int at) {
    int readable = in.writerIndex() - at;
    for (int i = 1; i <= 4; i++) {
      if (i >= readable) {
        return INCOMPLETE;
      }
      if (in.getByte(at + i) >= 0) {
        return i > 1 && in.getByte(at + i) == 0 ? OVERLONG : i + 1;
      }
    }
    return OVERLONG;
  }

  private static int remainingLength(ByteBuf in, int at, int prefix) {
    int length = 0;
    for (int i = 1; i < prefix; i++) {
      length |= (in.getByte(at + i) & 0x7F) << (7 * (i - 1));
    }
    return length;
  }
}
