return await StreamBert.Cli.CommandLine.StreamBertCommand.RunAsync(args);
