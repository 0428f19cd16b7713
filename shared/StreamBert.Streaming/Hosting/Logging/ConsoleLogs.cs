using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace StreamBert.Streaming.Hosting.Logging;

/// <summary>Logs to the console: a line of text for each message, or one of JSON.</summary>
public static class ConsoleLogs
{
    private const string FormatSetting = "Logging:Console:FormatterName";

    /// <summary>Tells whether the settings ask for JSON, with the setting of .NET: <c>Logging:Console:FormatterName=json</c>.</summary>
    public static bool IsJson(IConfiguration configuration) =>
        string.Equals(configuration[FormatSetting], ConsoleFormatterNames.Json, StringComparison.OrdinalIgnoreCase);

    /// <summary>Adds the console in the format that the settings ask for.</summary>
    public static void Add(ILoggingBuilder logging, IConfiguration configuration)
    {
        if (IsJson(configuration))
            AddJson(logging);
        else
            AddLines(logging);
    }

    /// <summary>
    /// Adds the console with one JSON object for each message: <c>Timestamp</c>, <c>LogLevel</c>, <c>Category</c>, <c>Message</c>,
    /// <c>State</c> and <c>Exception</c>.
    /// </summary>
    public static void AddJson(ILoggingBuilder logging) => logging.AddJsonConsole(static console =>
    {
        console.TimestampFormat = "O";
        console.UseUtcTimestamp = true;
    });

    private static void AddLines(ILoggingBuilder logging) => logging.AddSimpleConsole(static console =>
    {
        console.SingleLine = true;
        console.TimestampFormat = "HH:mm:ss ";
        console.ColorBehavior = LoggerColorBehavior.Default;
    });
}
