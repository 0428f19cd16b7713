using System.Buffers.Binary;
using CsCheck;

namespace StreamBert.Tests.Fuzzing;

/// <summary>
/// Inputs that are almost right: a seed of the corpus, changed a few times where it hurts. Some changes know bytes only, some know what
/// JSON, tables and
/// headers are made of: values, members, nesting, lengths, encodings.
/// </summary>
internal static class Mutation
{
    /// <summary>The largest input, in bytes: long enough for every limit on lengths, short enough for a million inputs.</summary>
    private const int MaxLength = 1 << 17;

    private static readonly byte[][] Interesting =
    [
        .. Words("""
            0 -1 1 -0 0.5 255 256 65536 2147483647 -2147483648 2147483648 4294967296 9223372036854775807 -9223372036854775808
            9223372036854775808 18446744073709551616 1e30 1e308 1e309 -1e309 1e-400 1E400 1e99999999999 NaN Infinity -Infinity 0x10
            01 1_000 .5 5. null true false [] {} "" " " [null] {"":null} [[]] "null" "NaN" "0" "-1" "\ud800" "\udc00\ud800" "\u0000"
            "\uFEFF" "9999-12-31T23:59:59.9999999+14:00" "0001-01-01T00:00:00+14:00" "0001-01-01T00:00:00Z" "2026-02-30T00:00:00Z"
            "24:00:00" "-00:00:01" "====" "AAA"
            """),
        "1234567890123456789012345678901234567890123456789012345678901234567890"u8.ToArray(),
        [(byte)'"', 0xff, 0xfe, (byte)'"'],
    ];

    private static readonly byte[][] Pieces =
    [
        [0xEF, 0xBB, 0xBF], [0xFF, 0xFE], [0xFE, 0xFF], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xC0, 0x80], [0xF0, 0x9F], [0x80],
        [0x00], [0x00, 0xD8], [0x00, 0xDC], [0x0D], [0x0A], [0x0D, 0x0A],
        [0x1F, 0x8B, 0x08], [0x50, 0x4B, 0x03, 0x04], [0x80, 0x02], [0x7F], [0xE2, 0x80, 0xA8], [0xCC, 0x81], [0xF0, 0x9F, 0x98, 0x80],
        [0xC4, 0xB0], [0x22], [0x5C], [0x2C], [0x3A], [0x09], [0x20],
    ];

    private static readonly long[] Lengths = [0, 1, -1, 127, 128, 255, 256, 16_383, 65_535, 1 << 20, int.MaxValue, int.MinValue, (long)int
        .MaxValue + 1, uint.MaxValue, long.MaxValue, long.MinValue];

    private static readonly Gen<double> Place = Gen.Double[0, 1];

    /// <param name="seeds">At least one.</param>
    public static Gen<byte[]> Of(IReadOnlyList<byte[]> seeds)
    {
        var (values, any) = (Values(), Gen.Frequency((1, Values()), (1, Bytes(seeds))));
        return Gen.Select(Gen.Int[0, seeds.Count - 1], Gen.Frequency((3, values.Array[1, 3]), (2, any.Array[1, 4])),
            static (seed, steps) => (seed, steps)).Select(
                chosen => chosen.steps.Aggregate(seeds[chosen.seed], static (input, step) => Bounded(step(input))));
    }

    /// <summary>Creates changes that keep the syntax, so that most pass the first check of a parser.</summary>
    private static Gen<Func<byte[], byte[]>> Values() => Gen.Frequency(
        (8, Gen.Select(Place, OneOf(Interesting), static (at, value) => Change(input => Tokens.Of(input).ReplaceValue(at, value)))),
        (1, Gen.Select(
            Place,
            Gen.Int[1, 100],
            Gen.Bool,
            static (at, depth, objects) => Change(input => Tokens.Of(input).Nest(at, depth, objects, closed: true)))),
        (3, Gen.Select(Place, Place, static (at, from) => Change(input => Tokens.Of(input).CopyValue(at, from)))),
        (3, Gen.Select(Place, Gen.Int[1, 3], static (at, times) => Change(input => Tokens.Of(input).RepeatMember(at, times)))),
        (3, Place.Select(static at => Change(input => Tokens.Of(input).DropMember(at)))));

    private static Gen<Func<byte[], byte[]>> Bytes(IReadOnlyList<byte[]> seeds) => Gen.Frequency(
        (3, Gen.Select(
            Place,
            Gen.Int[0, 7],
            static (at, bit) => Change(input => Replaced(input, At(input, at), 1, [(byte)(ByteAt(input, at) ^ (1 << bit))])))),
        (2, Gen.Select(Place, Gen.Byte, static (at, value) => Change(input => Replaced(input, At(input, at), 1, [value])))),
        (2, Gen.Select(Place, Gen.Byte.Array[1, 8], static (at, bytes) => Change(input => Replaced(input, At(input, at), 0, bytes)))),
        (3, Gen.Select(Place, OneOf(Pieces), static (at, piece) => Change(input => Replaced(input, At(input, at), 0, piece)))),
        (2, Gen.Select(Place, Gen.Int[1, 64], static (at, count) => Change(input => Replaced(input, At(input, at), count, [])))),
        (1, Place.Select(static at => Change(input => input[..At(input, at)]))),
        (2, Gen.Select(
            Place,
            Place,
            Gen.Int[0, seeds.Count - 1],
            (at, from, seed) => Change(input => [.. input[..At(input, at)], .. seeds[seed][At(seeds[seed], from)..]]))),
        (1, Gen.Select(
            Place,
            Gen.Int[1, 40],
            Gen.Int[1, 12],
            static (at, count, doublings) => Change(input => Repeated(input, At(input, at), count, 1 << doublings)))),
        (1, Gen.Select(
            Place,
            OneOf(Pieces),
            Gen.Int[4, 14],
            static (at, piece, doublings) => Change(input => Replaced(input, At(input, at), 0, Run(piece, 1 << doublings))))),
        (2, Gen.Select(
            Place,
            OneOf(Lengths),
            Gen.Int[0, 4],
            static (at, value, kind) => Change(input => WithLength(input, At(input, at), value, kind)))),
        (1, Gen.Select(
            Place,
            Gen.Int[1, 3000],
            Gen.Bool,
            Gen.Bool,
            static (at, depth, objects, closed) => Change(input => Tokens.Of(input).Nest(at, depth, objects, closed)))));

    private static Gen<T> OneOf<T>(T[] items) => Gen.Int[0, items.Length - 1].Select(at => items[at]);

    private static Func<byte[], byte[]> Change(Func<byte[], byte[]> change) => change;

    private static IEnumerable<byte[]> Words(string words) =>
        words.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Select(static word => System.Text.Encoding.UTF8.GetBytes(word));

    private static byte[] Bounded(byte[] input) => input.Length <= MaxLength ? input : input[..MaxLength];

    private static int At(byte[] input, double place) => (int)(place * input.Length);

    private static byte ByteAt(byte[] input, double place)
        => input.Length == 0 ? (byte)0 : input[Math.Min(At(input, place), input.Length - 1)];

    internal static byte[] Replaced(byte[] input, int at, int count, ReadOnlySpan<byte> with)
        => [.. input.AsSpan(0, at), .. with, .. input.AsSpan(Math.Min(input.Length, at + count))];

    private static byte[] Repeated(byte[] input, int at, int count, int times)
        => Replaced(input, at, 0, Run(input[at..Math.Min(input.Length, at + count)], times));

    private static byte[] Run(byte[] piece, int times)
    {
        var run = new byte[Math.Min(MaxLength, piece.Length * times)];
        for (var at = 0; at < run.Length; at++) run[at] = piece[at % piece.Length];
        return run;
    }

    /// <summary>
    /// Writes a number as binary formats write lengths: in two, four or eight bytes, big-endian, or with 7 bits per byte.
    /// </summary>
    private static byte[] WithLength(byte[] input, int at, long value, int kind)
    {
        Span<byte> bytes = stackalloc byte[10];
        var count = kind switch { 0 => 2, 1 => 4, 2 => 8, 3 => 4, _ => 0 };
        if (kind == 3)
        {
            BinaryPrimitives.WriteInt64BigEndian(bytes, value << 32);
        }
        else if (kind < 3)
        {
            BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
        }
        else
        {
            for (
            var rest = (ulong)value;
            count < 10 && (rest > 0 || count == 0);
            rest >>= 7)
            {
                bytes[count++] = (byte)(rest > 127 ? rest | 128 : rest);
            }
        }

        return Replaced(input, at, kind > 3 ? 1 : count, bytes[..count]);
    }
}
