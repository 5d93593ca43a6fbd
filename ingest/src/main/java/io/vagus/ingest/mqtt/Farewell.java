package io.vagus.ingest.mqtt;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.ssl.SslHandler;
import java.util.concurrent.TimeUnit;

/**
 * Ends a connection so that the client hears why. Closing a socket whose input is not read resets
 * it, and a reset may overtake the last packet: so only the output is closed at first, and input is
 * thrown away until the client closes too, or for a short while.
 */
final class Farewell {
  private static final long LINGER_MILLIS = 1000;

  private Farewell() {}

  /** On the event loop; handlers are expected to drop what still comes. */
  static void say(Channel channel, Object lastPacket) {
    channel
        .writeAndFlush(lastPacket)
        .addListener(written -> {
          if (written.isSuccess()
              && channel instanceof SocketChannel socket
              && channel.pipeline().get(SslHandler.class) == null) {
            var _ = socket.shutdownOutput();
            channel.config().setAutoRead(true);
          } else {
            close(channel);
          }
        });
    var _ =
        channel.eventLoop().schedule(() -> close(channel), LINGER_MILLIS, TimeUnit.MILLISECONDS);
  }

  /** Where the protocol has no word for it. */
  static void say(Channel channel) {
    say(channel, Unpooled.EMPTY_BUFFER);
  }

  private static void close(Channel channel) {
    var _ = channel.close();
  }
}
