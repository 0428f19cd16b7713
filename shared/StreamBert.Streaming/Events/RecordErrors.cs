using System.Data.Common;
using StreamBert.Streaming.Diagnostics;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.Settings;

namespace StreamBert.Streaming.Events;

/// <summary>
/// Tells an error that a record may be to blame for from one of the surroundings, after which the same record is tried again.
/// </summary>
public static class RecordErrors
{
    /// <summary>
    /// Whether processing another record might not have thrown this: not so for a log, a store or a disk that is away, a wrong setting, a
    /// cancellation or a lack of memory.
    /// </summary>
    public static bool MayBeCausedByRecord(Exception error) => error is not (
        OperationCanceledException or ObjectDisposedException or OutOfMemoryException or TimeoutException or IOException or HttpRequestException or DbException
        or DependencyUnavailableException or LogInUseException or BatchRevokedException or ConfigurationException);
}
