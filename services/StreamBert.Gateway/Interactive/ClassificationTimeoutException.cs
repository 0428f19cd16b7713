using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Microsoft.Extensions.Options;

namespace StreamBert.Gateway.Interactive;

/// <summary>No worker answered before the deadline.</summary>
public sealed class ClassificationTimeoutException(IReadOnlyList<string> ids, TimeSpan deadline)
    : Exception($"No worker answered within {deadline.TotalMilliseconds:N0} ms. What none had begun by then is not computed but kept in the dead letters (deadline-passed), from where it can be replayed. Check that an inference worker runs, or allow more time.")
{
    public IReadOnlyList<string> Ids { get; } = ids;
}
