package io.vagus.server;

import io.vagus.device.Command.Result;
import io.vagus.device.Device;
import io.vagus.device.DeviceParts;
import io.vagus.device.StoreConfig;
import io.vagus.device.mqtt.DeviceLoops;
import io.vagus.kit.WallClock;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * A device of the SDK in a process of its own that carries commands out, each by a line in the file
 * {@code executed}, and dies by SIGKILL at a point that it is told: {@code stored}, when a command
 * is remembered and not yet acknowledged; {@code executed}, when it was carried out and has no
 * result yet; {@code never}. It goes on with a command when it is told to by a line.
 */
final class ValveProcess {
  private ValveProcess() {}

  static Process start(Path folder, int port, String dies) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx64m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-XX:-UsePerfData",
            "-cp",
            System.getProperty("java.class.path"),
            ValveProcess.class.getName(),
            folder.toString(),
            String.valueOf(port),
            dies)
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  /** A folder, the server's port, the point. */
  public static void main(String[] args) throws InterruptedException {
    Path folder = Path.of(args[0]);
    BufferedReader told =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    DeviceParts parts =
        DeviceParts.DEFAULT
            .withoutTime()
            .with(args[2].equals("stored") ? deadlyClock(folder) : WallClock.system())
            .withCommands(command -> {
              execute(folder, command.id());
              if (args[2].equals("executed")) {
                die();
              }
              await(told);
              return Result.SUCCEEDED;
            });
    try (DeviceLoops loops = new DeviceLoops(1);
        Device device =
            Device.open(
                SdkDevice.config(Integer.parseInt(args[1]), StoreConfig.on(folder)),
                loops,
                parts)) {
      device.connect();
      Thread.currentThread().join();
    }
  }

  /** The SDK asks it for the time of an acknowledgement, after the command was remembered. */
  private static WallClock deadlyClock(Path folder) {
    return () -> {
      if (Files.exists(folder.resolve("commands.json"))) {
        die();
      }
      return WallClock.system().micros();
    };
  }

  private static void execute(Path folder, String id) {
    try {
      Files.writeString(
          folder.resolve("executed"),
          id + "\n",
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
      System.out.println(id);
      System.out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void await(BufferedReader told) {
    try {
      told.readLine();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void die() {
    try {
      new ProcessBuilder(List.of("kill", "-9", String.valueOf(ProcessHandle.current().pid())))
          .start()
          .waitFor();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
