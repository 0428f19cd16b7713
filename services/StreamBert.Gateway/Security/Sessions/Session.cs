using System.Collections.Concurrent;
using System.Security.Claims;
using System.Security.Cryptography;
using Microsoft.Extensions.Options;

namespace StreamBert.Gateway.Security.Sessions;

/// <summary>One sign-in of a person.</summary>
/// <param name="Subject">The person at the identity provider (<c>sub</c>); null: signed in with a key.</param>
/// <param name="ProviderSession">The session at the identity provider (<c>sid</c>), where it names one.</param>
internal sealed record Session(string Id, string? Subject, string? ProviderSession)
{
    private long _lastUsed;

    public required CancellationTokenSource End { get; init; }

    /// <summary>A timestamp of the clock; of two sessions the one with the smaller has been used longer ago.</summary>
    public long LastUsed { get => Volatile.Read(ref _lastUsed); set => Volatile.Write(ref _lastUsed, value); }
}
