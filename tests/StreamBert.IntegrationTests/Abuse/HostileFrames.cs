using static StreamBert.IntegrationTests.Abuse.Http2Frames;

namespace StreamBert.IntegrationTests.Abuse;

/// <summary>
/// Attacks on HTTP/2 itself: rapid resets, endless continuations, windows of nothing, floods of small frames, bombs in header tables,
/// frames that must not be.
/// </summary>
internal static class HostileFrames
{
    private static readonly Func<Random, string, IEnumerable<byte[]>>[] Attacks =
    [
        // rapid reset
        static (random, host) => Enumerable.Range(0, random.Next(50, 400))
            .SelectMany(number => new[] { Ask(host, (2 * number) + 1), Frame(Reset, 0, (2 * number) + 1, Number(8)) }),
        static (random, host) => [Frame(HeaderBlock, EndStream, 1, Block((":method", "GET"))), .. Enumerable.Repeat(
            Frame(Continuation, 0, 1, Block(("x", new string('a', 100)))),
            random.Next(10, 2_000))],
        static (random, host) => [Frame(HeaderBlock, EndStream, 1, Block((":method", "GET"))), .. Enumerable.Repeat(
            Frame(Continuation, 0, 1, []),
            random.Next(10, 2_000))],
        // nobody reads
        static (random, host) =>
            [Frame(Settings, 0, 0, [0, 4, 0, 0, 0, 0]), Ask(host, 1, "/_framework/blazor.web.js"), Ask(host, 3, "/openapi/v1.json")],
        static (random, host) => Enumerable.Repeat(Frame(Ping, 0, 0, new byte[8]), random.Next(10, 3_000)),
        static (random, host) => Enumerable.Repeat(Frame(Settings, 0, 0, [0, 3, 0, 0, 0, 1]), random.Next(10, 2_000)),
        static (random, host) => [Frame(Settings, 0, 0, new byte[random.Next(1, 50)]), Frame(Settings, Acknowledge, 0, [1])],
        static (random, host) => [Ask(host, 1), Frame(WindowUpdate, 0, random
            .Next(2), Number(0x7FFFFFFF)), Frame(WindowUpdate, 0, random.Next(2), Number(0x7FFFFFFF))],
        static (random, host) => [Frame(WindowUpdate, 0, random.Next(3), Number(0))],
        static (random, host) => [Frame(Data, 0, random.Next(5), new byte[random.Next(100)])],
        static (random, host) => [[0xFF, 0xFF, 0xFF, (byte)random.Next(12), 0, 0, 0, 0, 1]],
        static (random, host) => Enumerable.Range(0, random.Next(1, 200)).Select(
            _ => Frame((byte)random.Next(10, 256), (byte)random.Next(256), random.Next(9), new byte[random.Next(300)]))
                .Append(Ask(host, 1)),
        static (random, host) => [Frame(Priority, 0, 1, [.. Number(1), 0]), Frame(Priority, 0, 0, new byte[5])],
        static (random, host) => [Frame(PushPromise, EndHeaders, 1, [.. Number(2), .. Block((":method", "GET"))])],
        // one large field, referred to again and again
        static (random, host) =>
            [Frame(HeaderBlock, EndHeaders | EndStream, 1,
            [0x40, 1, (byte)'x', 0x7F, 0x81, 0x1E, .. new byte[4_000], .. Enumerable.Repeat((byte)0xBE, 4_000)])],
        static (random, host) => [Frame(HeaderBlock, EndHeaders | EndStream, 1, [(byte)(0x80 | random.Next(62, 127))])],
        static (random, host) => [Frame(HeaderBlock, EndHeaders | EndStream, 1, [0x3F, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F])],
        static (random, host) => [Frame(
            HeaderBlock,
            EndHeaders | EndStream,
            1,
            [.. Enumerable.Range(0, random.Next(1, 500)).Select(_ => (byte)random.Next(256))])],
        static (random, host) => [Odd(host, ("X-Upper", "a"))],
        static (random, host) => [Odd(host, ("connection", "close"), ("transfer-encoding", "chunked"), ("te", "gzip"))],
        static (random, host) => [Odd(host, (":path", "/again"), (":unknown", "x"))],
        static (random, host) => [Frame(HeaderBlock, EndHeaders | EndStream, 1, Block((":method", "GET"), ("x", "a"), (":path", "/")))],
        static (random, host) => [Frame(
            HeaderBlock,
            EndHeaders | EndStream,
            1,
            Block((":method", "CONNECT"), (":authority", "evil.example:443")))],
        static (random, host) => [Frame(
            HeaderBlock,
            EndHeaders,
            1,
            Block((":method", "CONNECT"), (":protocol", "websocket"), (":scheme", "https"), (":path", "/_blazor"), (":authority", host)))],
        static (random, host) => [Frame(HeaderBlock, EndHeaders | EndStream, 1, Block(
            (":method", "GET"),
            (":scheme", "file"),
            (":path", new[] { "", "*", "x", "/\0", "//" }[random.Next(5)]),
            (":authority", new[] { "", "a b", host, "\0" }[random.Next(4)])))],
        static (random, host) => [Frame(
            HeaderBlock,
            EndHeaders,
            1,
            Block((":method", "POST"), (":scheme", "https"), (":path", "/v1/texts"), (":authority", host), ("content-length", "5"))),
                Frame(Data, EndStream, 1, new byte[random.Next(20)])],
        static (random, host) => [Frame(
            HeaderBlock,
            EndHeaders,
            1,
            Block((":method", "POST"), (":scheme", "https"), (":path", "/sign-in"), (":authority", host))),
                .. Enumerable.Repeat(Frame(Data, 0, 1, []), random.Next(10, 2_000))],
        static (random, host) => [Frame(HeaderBlock, Padded | EndHeaders, 1, [255, 1, 2, 3])],
        // more streams than there may be
        static (random, host) => Enumerable.Range(0, 300).Select(number => Ask(host, (2 * number) + 1, "/v1/verify")),
        static (random, host) => [Ask(host, 1), Ask(host, 1), Ask(host, 2), Frame(
            HeaderBlock,
            EndHeaders | EndStream,
            0,
            Block((":method", "GET")))],
        static (random, host) => [Frame(GoAway, 0, 0, [.. Number(0), .. Number(0)]), Ask(host, 1)],
        static (random, host) => [[.. Enumerable.Range(0, random.Next(1, 2_000)).Select(_ => (byte)random.Next(256))]],
    ];

    public static byte[] Make(Random random, string host)
    {
        var frames = Attacks[random.Next(Attacks.Length)](random, host).ToList();
        if (random.Next(10) == 0) frames.Reverse();
        byte[] bytes = [.. random.Next(20) == 0
            ? "PRI * HTTP/2.0\r\n\r\nXX\r\n\r\n"u8
            : Preface, .. frames.SelectMany(static frame => frame)];
        return random.Next(10) == 0 ? bytes[..random.Next(1, bytes.Length)] : bytes;
    }

    private static byte[] Ask(string host, int stream, string path = "/health/live") => Request("GET", path, host, [], [], stream);

    private static byte[] Odd(string host, params (string, string)[] fields) => Frame(
        HeaderBlock, EndHeaders | EndStream, 1, Block(
            [(":method", "GET"), (":scheme", "https"), (":path", "/"), (":authority", host), .. fields]));
}
