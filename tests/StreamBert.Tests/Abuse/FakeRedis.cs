using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace StreamBert.Tests.Abuse;

/// <summary>
/// Accepts connections like Redis, and then responds to data commands with the bytes that a test chooses. It parses commands correctly, so
/// that a client receives one response for each.
/// </summary>
internal sealed class FakeRedis : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentBag<Task> _connections = [];
    private readonly Task _accepting;

    public FakeRedis()
    {
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public string ConnectionString => $"127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";

    /// <summary>The response to a data command; null closes the connection, an empty response sends nothing.</summary>
    public Func<string[], byte[]?> Answer { get; set; } = static _ => "$-1\r\n"u8.ToArray();

    public TimeSpan Delay { get; set; }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
        await Task.WhenAll(_connections);
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync(_stop.Token);
                _connections.Add(Task.Run(() => ServeAsync(client)));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException)
        {
            // The test is over.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        try
        {
            using var _ = client;
            await using var stream = client.GetStream();
            var input = new BufferedStream(stream, 1 << 16);
            while (await ReadCommandAsync(input) is { } command)
            {
                if (Greeting(command) is { } greeting)
                {
                    await stream.WriteAsync(greeting, _stop.Token);
                    continue;
                }
                if (Delay > TimeSpan.Zero)
                    await Task.Delay(Delay, _stop.Token);
                if (Answer(command) is not { } answer)
                    return;
                await stream.WriteAsync(answer, _stop.Token);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or SocketException or FormatException)
        {
            // The client disconnected, or the test is over.
        }
    }

    /// <summary>Returns the response to a command of the handshake, or null for a data command.</summary>
    private static byte[]? Greeting(string[] command) => command[0].ToUpperInvariant() switch
    {
        "HELLO" or "CLUSTER" or "SENTINEL" => "-ERR unknown command\r\n"u8.ToArray(),
        "CLIENT" when command[1].Equals("ID", StringComparison.OrdinalIgnoreCase) => ":1\r\n"u8.ToArray(),
        "CLIENT" or "SELECT" or "AUTH" => "+OK\r\n"u8.ToArray(),
        "CONFIG" => "*0\r\n"u8.ToArray(),
        "INFO" => Bulk("redis_version:7.2.0\r\nredis_mode:standalone\r\nrole:master\r\n"),
        "ECHO" => Encoding.Latin1.GetBytes($"${command[1].Length}\r\n{command[1]}\r\n"),
        "SUBSCRIBE" => Encoding.UTF8
            .GetBytes($"*3\r\n$9\r\nsubscribe\r\n${Encoding.UTF8.GetByteCount(command[1])}\r\n{command[1]}\r\n:1\r\n"),
        "PING" when command.Length > 1 => Bulk(command[1]),
        "GET" when command[1].Contains("TieBreak", StringComparison.OrdinalIgnoreCase) => "$-1\r\n"u8.ToArray(),
        _ => null,
    };

    public static byte[] Bulk(string text) => Encoding.UTF8.GetBytes($"${Encoding.UTF8.GetByteCount(text)}\r\n{text}\r\n");

    private async Task<string[]?> ReadCommandAsync(Stream input)
    {
        if (await LineAsync(input) is not { Length: > 1 } head)
            return null;
        var parts = new string[int.Parse(head.AsSpan(1))];
        for (var i = 0; i < parts.Length; i++)
        {
            var length = int.Parse((await LineAsync(input))!.AsSpan(1));
            var bytes = new byte[length + 2];
            await input.ReadExactlyAsync(bytes, _stop.Token);
            parts[i] = Encoding.Latin1.GetString(bytes, 0, length);
        }
        return parts;
    }

    private async Task<string?> LineAsync(Stream input)
    {
        var line = new StringBuilder();
        var one = new byte[1];
        while (await input.ReadAsync(one, _stop.Token) == 1)
        {
            if (one[0] == '\n')
                return line.ToString();
            if (one[0] != '\r')
                line.Append((char)one[0]);
        }
        return null;
    }
}
