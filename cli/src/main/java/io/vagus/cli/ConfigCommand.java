package io.vagus.cli;

import io.vagus.kit.Settings;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code ./vagus config}. */
@Command(
    name = "config",
    description = "Shows every setting: its value now, where that comes from, what it means.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Settings come from the configuration file, then the environment, then flags:",
      "  journal.max-bytes = 4MiB             in vagus.properties",
      "  VAGUS_JOURNAL_MAX_BYTES=4MiB         in the environment",
      "  --journal.max-bytes=4MiB             as a flag",
      "",
      "Example:",
      "  ./vagus config --changed"
    })
final class ConfigCommand implements Callable<Integer> {
  @Mixin final SettingOptions settings = new SettingOptions();

  @Option(names = "--changed", description = "Only what differs from the default.")
  boolean changed;

  @Override
  public Integer call() {
    for (Settings.Effective e : settings.read().effective()) {
      if (!changed || !e.origin().equals("default")) {
        System.out.printf("%-34s %-18s %s%n", e.key(), e.value(), e.meaning());
        if (!e.origin().equals("default")) {
          System.out.printf("%-34s from %s%n", "", e.origin());
        }
      }
    }
    return 0;
  }
}
