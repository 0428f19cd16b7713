using Microsoft.Extensions.Logging;

namespace StreamBert.Tests.Training;

/// <summary>
/// Writes to the test's output, and tells of every error, so that a test fails with it instead of waiting for what will not come.
/// </summary>
internal sealed class ErrorCallbackLogger<T>(Action<Exception> failed) : ILogger<T>
{
    private readonly ITestOutputHelper? _output = TestContext.Current.TestOutputHelper;

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(
        LogLevel logLevel,
        EventId eventId,
        TState state,
        Exception? exception,
        Func<TState, Exception?, string> formatter)
    {
        _output?.WriteLine($"{logLevel}: {formatter(state, exception)} {exception}");
        if (logLevel >= LogLevel.Error)
            failed(exception ?? new InvalidOperationException(formatter(state, exception)));
    }
}
