using Microsoft.Extensions.Options;
using StreamBert.Gateway.Interactive;
using StreamBert.Streaming.Concurrency;

namespace StreamBert.Gateway.Http.Requests;

/// <summary>
/// Limits the memory of the bodies of all running requests. A byte counts six times: as received, parsed, as text and as the record that
/// is made of it. The first
/// bytes of every body are free, so that small requests are served whatever large ones take.
/// </summary>
internal sealed class RequestBodyBudget(IOptions<GatewayOptions> options) : IDisposable
{
    public const int MemoryPerByte = 6;
    private const int FreeBytes = 16 * 1024;
    private readonly ByteBudget _memory = new(options.Value.MaxTotalBodyBytes);

    /// <summary>Opens the reservation of one body; dispose it when the response is written.</summary>
    public Reservation Open() => new(_memory, options.Value.MaxTotalBodyBytes);

    public void Dispose() => _memory.Dispose();

    /// <summary>Reserves memory for one body.</summary>
    internal sealed class Reservation(ByteBudget budget, long limit) : IDisposable
    {
        private long _bytesRead, _reserved;

        /// <summary>Reserves memory for further bytes.</summary>
        /// <exception cref="OverloadedException">Other bodies take the memory.</exception>
        public void Add(int bytes)
        {
            _bytesRead += bytes;
            var missing = Math.Max(0, _bytesRead - FreeBytes) * MemoryPerByte - _reserved;
            if (missing <= 0)
                return;
            if (!budget.TryAcquire(missing))
            {
                throw new OverloadedException(
                    $"The bodies of running requests take all of the {limit:N0} bytes that they may take (Gateway:MaxTotalBodyBytes).",
                        TimeSpan.FromSeconds(1));
            }
            _reserved += missing;
        }

        public void Dispose()
        {
            if (_reserved > 0)
                budget.Release(_reserved);
            _reserved = 0;
        }
    }
}
