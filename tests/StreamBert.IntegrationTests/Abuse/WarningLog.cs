using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace StreamBert.IntegrationTests.Abuse;

/// <summary>Keeps what a host writes above debug level.</summary>
internal sealed class WarningLog : ILoggerProvider
{
    public ConcurrentQueue<(LogLevel Level, string Line)> Lines { get; } = [];

    public ILogger CreateLogger(string categoryName) => new Logger(categoryName, Lines);

    public void Dispose()
    {
    }

    private sealed class Logger(string category, ConcurrentQueue<(LogLevel, string)> lines) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel > LogLevel.Debug;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel)) lines.Enqueue((logLevel, $"{logLevel} {category}: {formatter(state, exception)} {exception}"));
        }
    }
}
