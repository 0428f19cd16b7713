using System.Data.Common;
using StreamBert.Streaming.Diagnostics;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.Settings;

namespace StreamBert.Streaming.Events;

/// <summary>
/// Distinguishes errors that a record may have caused from errors of the environment, after which the same record is retried.
/// </summary>
public static class RecordErrors
{
    /// <summary>
    /// Tells whether a record may have caused an error: not an unavailable log, store or disk, an invalid setting, a cancellation or a lack
    /// of memory.
    /// </summary>
    public static bool MayBeCausedByRecord(Exception error) => error is not (
        OperationCanceledException or ObjectDisposedException or OutOfMemoryException or TimeoutException or IOException
        or HttpRequestException or DbException or DependencyUnavailableException or LogInUseException or BatchRevokedException
        or ConfigurationException);
}
