using StreamBert.Chaos;

return await ChaosCommand.Create(TimeProvider.System).Parse(args).InvokeAsync();
