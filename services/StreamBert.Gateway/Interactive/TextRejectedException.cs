using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Microsoft.Extensions.Options;

namespace StreamBert.Gateway.Interactive;

/// <summary>The text could not be classified and went to the dead letters.</summary>
public sealed class TextRejectedException(string reason, string detail) : Exception(detail)
{
    /// <summary>The code of <see cref="DeadLettered.Reason"/>.</summary>
    public string Reason { get; } = reason;
}
