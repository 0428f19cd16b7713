using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Options;
using StreamBert.Cli.Output;
using StreamBert.Streaming.Hosting.Logging;

namespace StreamBert.Cli.Hosting;

/// <summary>Formats warnings and errors as one line each on stderr, in place of the status line.</summary>
internal sealed class ConsoleLogFormatter() : ConsoleFormatter(FormatterName)
{
    private const string FormatterName = "streambert";

    public static void AddTo(ILoggingBuilder logging, IConfiguration configuration)
    {
        logging.ClearProviders();
        logging.SetMinimumLevel(LogLevel.Warning);
        if (ConsoleLogs.IsJson(configuration))
        {
            ConsoleLogs.AddJson(logging);
        }
        else
        {
            logging.AddConsoleFormatter<ConsoleLogFormatter, ConsoleFormatterOptions>()
                .AddConsole(static console => console.FormatterName = FormatterName);
        }
        logging.Services.Configure<ConsoleLoggerOptions>(static console => console.LogToStandardErrorThreshold = LogLevel.Trace);
    }

    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        if (logEntry.Exception is OptionsValidationException)
            return; // the command ends with its message
        var category = logEntry.Category[(logEntry.Category.LastIndexOf('.') + 1)..];
        var message = logEntry.Formatter(logEntry.State, logEntry.Exception);
        Terminal.ClearProgress(textWriter);
        textWriter.Write($"{GetName(logEntry.LogLevel)} {category}: {message}{Environment.NewLine}");
        if (logEntry.Exception is { } exception)
            textWriter.Write($"  {exception.ToString().ReplaceLineEndings($"{Environment.NewLine}  ")}{Environment.NewLine}");
    }

    private static string GetName(LogLevel level) => level switch
    {
        LogLevel.Warning => "warning",
        LogLevel.Error or LogLevel.Critical => "error",
        _ => "info",
    };
}
