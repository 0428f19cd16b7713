using System.Buffers.Binary;
using System.Text;

namespace StreamBert.IntegrationTests.Abuse;

/// <summary>
/// What a browser's connection to the dashboard should never send: broken frames of the WebSocket (RFC 6455), and messages that no circuit
/// expects.
/// </summary>
internal static class HostileSockets
{
    private static readonly byte[] Handshake = [.. "{\"protocol\":\"blazorpack\",\"version\":1}"u8, 0x1E];

    private static readonly Func<Random, IEnumerable<byte[]>>[] Attacks =
    [
        static random => [Frame(2, Bytes(random, 200))],
        static random => [Frame(1, "{\"protocol\":\"json\",\"version\":1}\u001e"u8)],
        static random => [Frame(1, "{\"protocol\":\"blazorpack\",\"version\":-99999999999}\u001e"u8)],
        static random => [Frame(2, Handshake), Frame(2, Bytes(random, random.Next(1, 5_000)))],
        static random => [Frame(2, Handshake), Frame(
            2,
            Invocation("StartCircuit", Packed("http://evil.example/"), Packed("http://evil.example/../"), Packed("[]"), Packed("")))],
        static random => [Frame(2, Handshake), Frame(
            2,
            Invocation("StartCircuit", Packed("x"), Packed("x"), Packed(new string('[', 10_000)), Packed("x")))],
        static random => [Frame(2, Handshake), Frame(2, Invocation("ConnectCircuit", Packed("CfDJ8" + new string('A', 100))))],
        static random => [Frame(2, Handshake), Frame(2, Invocation(
            "BeginInvokeDotNetFromJS",
            Packed("1"),
            Packed("System.Diagnostics.Process"),
            Packed("Start"),
            [0],
            Packed("[\"sh\"]")))],
        static random => [Frame(2, Handshake), Frame(
            2,
            Invocation("OnRenderCompleted", [0xCF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF], Packed("x")))],
        static random => [Frame(2, Handshake), Frame(2, Invocation("NoSuchMethod", Packed("a")))],
        static random => [Frame(2, Handshake), Frame(2, Invocation("ReceiveByteArray", [1], [0xC6, 0x7F, 0xFF, 0xFF, 0xFF]))],
        static random => [Frame(2, Handshake), Frame(2, [0xFF, 0xFF, 0xFF, 0xFF, 0x07, .. Bytes(random, 100)])], // a message of 2 GB
        static random => [Frame(2, Handshake), .. Enumerable.Repeat(Frame(2, [2, 0x91, 6]), random.Next(1, 3_000))], // pings
        static random => [[0x82, 0xFF, 0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 1, 2, 3, 4]],
        static random => [[0x82, 5, 1, 2, 3, 4, 5]], // not masked
        static random => [Frame(9, Bytes(random, 125)), [0x89, 0xFE, 0x10, 0x00, 0, 0, 0, 0]], // a ping that is too long
        static random => [[(byte)(0x80 | random.Next(3, 8)), 0x80, 0, 0, 0, 0]],
        static random => [Frame(1, Bytes(random, 50))],
        static random => [Frame(8, [0x03])],
        static random => [Frame(8, [0xFF, 0xFF, 0xC3, 0x28])],
        // a message of empty pieces
        static random => Enumerable.Repeat(new byte[] { 0x02, 0x80, 0, 0, 0, 0 }, 1)
            .Concat(Enumerable.Repeat(new byte[] { 0x00, 0x80, 0, 0, 0, 0 }, random.Next(1, 3_000))),
    ];

    /// <param name="credential">A header line, which lets the connection in or does not.</param>
    public static HostileRequest Make(Random random, string authority, string credential) => new("circuits", "", "", [], [])
    {
        Raw =
        [
            .. Encoding.Latin1.GetBytes($"GET /_blazor HTTP/1.1\r\nHost: {authority}\r\n{credential}Upgrade: websocket\r\nConnection: "
                + $"Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {Convert.ToBase64String(new byte[16])}\r\n\r\n"),
            .. Attacks[random.Next(Attacks.Length)](random).SelectMany(static frame => frame),
        ],
    };

    private static byte[] Bytes(Random random, int length)
    {
        var bytes = new byte[length];
        random.NextBytes(bytes);
        return bytes;
    }

    /// <summary>A masked frame; the mask is zero.</summary>
    private static byte[] Frame(int code, ReadOnlySpan<byte> payload)
    {
        var length = new byte[payload.Length < 126 ? 1 : 3];
        length[0] = (byte)(0x80 | (payload.Length < 126 ? payload.Length : 126));
        if (payload.Length >= 126) BinaryPrimitives.WriteUInt16BigEndian(length.AsSpan(1), (ushort)payload.Length);
        return [(byte)(0x80 | code), .. length, 0, 0, 0, 0, .. payload];
    }

    private static byte[] Invocation(string target, params byte[][] arguments)
    {
        byte[] message = [0x96, 1, 0x80, 0xC0, .. Packed(target), (byte)(0x90 | arguments.Length), .. arguments.SelectMany(
            static argument => argument), 0x90];
        return message.Length < 128
            ? [(byte)message.Length, .. message]
            : [(byte)(message.Length & 0x7F | 0x80), (byte)(message.Length >> 7), .. message];
    }

    private static byte[] Packed(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        return [0xDA, (byte)(bytes.Length >> 8), (byte)bytes.Length, .. bytes];
    }
}
