package io.vagus.server;

import io.vagus.kit.Setting;
import java.nio.file.Path;

/** Section {@code server}. */
public record ServerConfig(
    @Setting("Folder of everything Vagus keeps; one process at a time may use it.") Path data) {

  public static ServerConfig defaults() {
    return new ServerConfig(Path.of("data"));
  }
}
