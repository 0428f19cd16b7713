using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;
using StreamBert.Cli.CommandLine;

namespace StreamBert.Cli.Hosting;

/// <summary>Warnings and errors only, one line each on stderr, written over the status line.</summary>
internal sealed class QuietConsole() : ConsoleFormatter(FormatterName)
{
    private const string FormatterName = "streambert";

    public static void Use(ILoggingBuilder logging)
    {
        logging.ClearProviders();
        logging.SetMinimumLevel(LogLevel.Warning);
        logging.AddConsoleFormatter<QuietConsole, ConsoleFormatterOptions>();
        logging.AddConsole(static console =>
        {
            console.FormatterName = FormatterName;
            console.LogToStandardErrorThreshold = LogLevel.Trace;
        });
    }

    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        var category = logEntry.Category[(logEntry.Category.LastIndexOf('.') + 1)..];
        var message = logEntry.Formatter(logEntry.State, logEntry.Exception);
        Terminal.ClearLine(textWriter);
        textWriter.Write($"{Word(logEntry.LogLevel)} {category}: {message}{Environment.NewLine}");
        if (logEntry.Exception is { } exception)
            textWriter.Write($"  {exception.ToString().ReplaceLineEndings($"{Environment.NewLine}  ")}{Environment.NewLine}");
    }

    private static string Word(LogLevel level) => level switch
    {
        LogLevel.Warning => "warning",
        LogLevel.Error or LogLevel.Critical => "error",
        _ => "info",
    };
}
