using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using StreamBert.Cli.Hosting;

namespace StreamBert.Tests.Cli.Hosting;

public sealed class ConsoleLogFormatterTests
{
    [Fact]
    public void A_message_is_one_line_with_the_short_category_and_an_exception_follows_indented() => Assert.Equal(
        $"warning Projector: It failed.{Environment.NewLine}  System.InvalidOperationException: why{Environment.NewLine}",
        Format(new InvalidOperationException("why")));

    [Fact]
    public void Invalid_settings_are_not_logged_because_the_command_ends_with_their_message() =>
        Assert.Equal("", Format(new OptionsValidationException("", typeof(object), ["Log:Partitions must be between 1 and 1024."])));

    private static string Format(Exception exception)
    {
        using var output = new StringWriter();
        new ConsoleLogFormatter().Write(
            new LogEntry<string>(
                LogLevel.Warning, "StreamBert.Operations.Projector", default, "It failed.", exception, static (state, _) => state),
            null, output);
        return output.ToString();
    }
}
