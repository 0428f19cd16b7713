return await StreamBert.Cli.StreamBertCommand.RunAsync(args);
