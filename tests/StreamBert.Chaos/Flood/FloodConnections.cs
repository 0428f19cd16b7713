using System.Net;
using System.Net.Sockets;
using System.Text;

namespace StreamBert.Chaos.Flood;

/// <summary>The connections of one flood.</summary>
internal sealed class FloodConnections(FloodKind kind, Uri address, string key, int addresses)
{
    private static readonly TimeSpan SlowByteInterval = TimeSpan.FromSeconds(2);
    private readonly List<Socket> _sockets = [];

    /// <summary>Opens connections as fast as possible.</summary>
    public async Task OpenAsync(int count, CancellationToken cancellation)
    {
        var server = new IPEndPoint(IPAddress.Loopback, address.Port);
        for (var number = 0; number < count; number++)
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)
            {
                NoDelay = true,
                ReceiveBufferSize = 4_096,
            };
            _sockets.Add(socket);
            socket.Bind(new IPEndPoint(new IPAddress([127, 0, 0, (byte)(2 + (number % addresses))]), 0));
            await socket.ConnectAsync(server, cancellation);
            Send(socket, CreateFirstBytes(number));
        }
    }

    /// <summary>Holds the connections open; slow requests send a byte from time to time.</summary>
    public async Task HoldAsync(TimeSpan duration, CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(SlowByteInterval);
        for (var elapsed = TimeSpan.Zero; elapsed < duration; elapsed += SlowByteInterval)
        {
            await timer.WaitForNextTickAsync(cancellation);
            if (kind == FloodKind.Slow)
                _sockets.ForEach(static socket => Send(socket, "a"));
        }
    }

    /// <summary>Counts the connections that the server has not closed.</summary>
    public int CountOpen() => _sockets.Count(IsOpen);

    public void Close() => _sockets.ForEach(static socket => socket.Dispose());

    private string CreateFirstBytes(int number) => kind switch
    {
        FloodKind.Streams => $"GET /v1/stream HTTP/1.1\r\nHost: {address.Authority}\r\nX-Api-Key: {key}\r\n\r\n",
        FloodKind.Slow when number % 2 == 0 => $"GET /v1/status HTTP/1.1\r\nHost: {address.Authority}\r\nX-Slow: ",
        FloodKind.Slow => $"POST /v1/texts HTTP/1.1\r\nHost: {address.Authority}\r\nX-Api-Key: {key}\r\n"
            + "Content-Type: application/json\r\nContent-Length: 100000\r\n\r\n[",
        _ => "",
    };

    private static void Send(Socket socket, string text)
    {
        if (text.Length == 0)
            return;
        try
        {
            socket.Send(Encoding.ASCII.GetBytes(text));
        }
        catch (SocketException)
        {
            // The server has closed the connection.
        }
    }

    /// <summary>Reads all received bytes: after them, an open connection would block and a closed one ends.</summary>
    private static bool IsOpen(Socket socket)
    {
        try
        {
            var buffer = new byte[65_536];
            socket.Blocking = false;
            while (true)
            {
                if (socket.Receive(buffer) == 0)
                    return false;
            }
        }
        catch (SocketException e)
        {
            return e.SocketErrorCode == SocketError.WouldBlock;
        }
    }
}
