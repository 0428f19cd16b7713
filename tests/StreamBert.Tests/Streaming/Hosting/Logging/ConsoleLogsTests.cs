using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Options;
using StreamBert.Streaming.Hosting.Logging;

namespace StreamBert.Tests.Streaming.Hosting.Logging;

public sealed class ConsoleLogsTests
{
    [Theory]
    [InlineData("json", ConsoleFormatterNames.Json)]
    [InlineData("JSON", ConsoleFormatterNames.Json)]
    [InlineData(null, ConsoleFormatterNames.Simple)]
    public void The_console_has_the_format_that_the_settings_ask_for(string? setting, string expected)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection([new("Logging:Console:FormatterName", setting)]).Build();
        using var services = new ServiceCollection().AddLogging(logging => ConsoleLogs.Add(logging, configuration)).BuildServiceProvider();

        Assert.Equal(expected, services.GetRequiredService<IOptions<ConsoleLoggerOptions>>().Value.FormatterName);
    }
}
