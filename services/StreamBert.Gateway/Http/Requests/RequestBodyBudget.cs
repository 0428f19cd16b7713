using Microsoft.Extensions.Options;
using StreamBert.Gateway.Interactive;
using StreamBert.Streaming.Concurrency;

namespace StreamBert.Gateway.Http.Requests;

/// <summary>
/// The memory that the bodies of all requests under way may hold together. A byte counts six times: as it came, parsed, as text and as the
/// record that is made
/// of it. The beginning of every body is free, so that small requests are served whatever large ones hold.
/// </summary>
internal sealed class RequestBodyBudget(IOptions<GatewayOptions> options) : IDisposable
{
    public const int PerByte = 6;
    private const int FreeBytes = 16 * 1024;
    private readonly ByteBudget _bytes = new(options.Value.MaxTotalBodyBytes);

    /// <summary>Room for one body; dispose it when the request has been answered.</summary>
    public Room Open() => new(_bytes, options.Value.MaxTotalBodyBytes);

    public void Dispose() => _bytes.Dispose();

    internal sealed class Room(ByteBudget budget, long most) : IDisposable
    {
        private long _read, _held;

        /// <exception cref="OverloadedException">The bodies of others leave no room.</exception>
        public void Take(int bytes)
        {
            _read += bytes;
            var more = Math.Max(0, _read - FreeBytes) * PerByte - _held;
            if (more <= 0) return;
            if (!budget.TryAcquire(more))
            {
                throw new OverloadedException(
                    $"The bodies of requests under way hold as much memory as they may ({most:N0} bytes, Gateway:MaxTotalBodyBytes).",
                    TimeSpan.FromSeconds(1));
            }

            _held += more;
        }

        public void Dispose()
        {
            if (_held > 0) budget.Release(_held);
            _held = 0;
        }
    }
}
