using System.Buffers.Binary;
using StreamBert.Streaming.Log.Embedded.Storage;

namespace StreamBert.Streaming.Log.Embedded.Repair;

/// <summary>A row of a table that was found on a page.</summary>
/// <param name="Listed">The page itself lists it among its rows; else its bytes alone show it.</param>
internal sealed record RecoveredRow(long RowId, object?[] Columns, bool Listed);

/// <summary>
/// Finds rows on pages by their bytes, wherever they begin, so that neither a damaged page header nor a damaged tree above the page hides a
/// row. What is
/// found need not be true: checksums tell.
/// </summary>
internal sealed class CellScanner(PageImages images)
{
    // SQLite's file format, "B-tree Pages", for a table's leaf of 4096 bytes without reserved ones.
    private const int Size = LogSchema.PageSize, MaxLocal = Size - 35, MinLocal = ((Size - 12) * 32 / 255)
        - 23, TableLeaf = 13, HeaderBytes = 8, FirstPageHeader = 100;
    private const int MaxColumns = 8;

    private readonly byte[] _page = new byte[Size];
    private readonly byte[] _overflow = new byte[Size];

    /// <param name="accepts">Of a row whose bytes are put together in one way: whether they are right. The row is put together in other
    /// ways until they are.</param>
    /// <param name="columns">Numbers of columns that a row may have.</param>
    public IEnumerable<RecoveredRow> Rows(PageImage image, int[] columns, Func<RecoveredRow, bool> accepts)
    {
        if (!images.Read(image, _page))
            yield break;
        var listed = Listed(image.Page == 1 ? FirstPageHeader : 0);
        for (var at = 0; at < Size - 4; at++)
        {
            if (Cell(at, columns) is { } cell && Assemble(cell, image, listed.Contains(at), accepts) is { } row)
                yield return row;
        }
    }

    /// <summary>Where the page says that its rows begin.</summary>
    private HashSet<int> Listed(int header)
    {
        if (_page[header] != TableLeaf)
            return [];
        var count = BinaryPrimitives.ReadUInt16BigEndian(_page.AsSpan(header + 3));
        return [.. Enumerable.Range(0, Math.Min(count, (Size - header - HeaderBytes) / 2))
            .Select(i => (int)BinaryPrimitives.ReadUInt16BigEndian(_page.AsSpan(header + HeaderBytes + i * 2)))];
    }

    /// <summary>A row that may begin there: its length, row id and the position and length of what the page itself contains.</summary>
    private (int Payload, long RowId, int At, int Local, int[] Types)? Cell(int at, int[] columns)
    {
        if (!Varint(_page, ref at, out var payload) || payload < 4 || payload > Math.Min(images.Bytes, int.MaxValue)
            || !Varint(_page, ref at, out var rowId)
            || rowId < 0)
        {
            return null;
        }

        var surplus = MinLocal + (((int)payload - MinLocal) % (Size - 4));
        var local = payload <= MaxLocal ? (int)payload : surplus <= MaxLocal ? surplus : MinLocal;
        if (at + local + (local < payload ? 4 : 0) > Size || Types(at, (int)payload) is not { } types
            || Array.IndexOf(columns, types.Length) < 0)
        {
            return null;
        }

        return ((int)payload, rowId, at, local, types);
    }

    /// <summary>
    /// The types of the columns, if they make up the payload exactly; the first is the row id's own column, which is empty.
    /// </summary>
    private int[]? Types(int at, int payload)
    {
        var begin = at;
        if (!Varint(_page, ref at, out var header) || header < 3 || header > payload || begin + header > Size || _page[at] != 0)
            return null;
        Span<int> types = stackalloc int[MaxColumns];
        var (count, total) = (0, header);
        while (at < begin + header)
        {
            if (count == MaxColumns || !Varint(_page, ref at, out var type) || type is < 0 or > int.MaxValue
                || Length((int)type) is not { } length)
            {
                return null;
            }

            types[count++] = (int)type;
            total += length;
        }
        return at == begin + header && total == payload ? types[..count].ToArray() : null;
    }

    private RecoveredRow? Assemble(
        (int Payload, long RowId, int At, int Local, int[] Types) cell,
        PageImage image,
        bool listed,
        Func<RecoveredRow, bool> accepts)
    {
        var local = _page.AsMemory(cell.At, cell.Local);
        if (cell.Local == cell.Payload)
            return new RecoveredRow(cell.RowId, Columns(local.Span, cell.Types), listed) is var whole && accepts(whole) ? whole : null;
        var first = BinaryPrimitives.ReadUInt32BigEndian(_page.AsSpan(cell.At + cell.Local));
        Func<long, PageImage>[] views = [page => images.At(page, image.Frame), images.Newest, static page => new(page, -1)];
        foreach (var view in views)
        {
            if (Follow(local, first, view, cell.Payload) is { } payload
                && new RecoveredRow(cell.RowId, Columns(payload, cell.Types), listed) is var row
                && accepts(row))
            {
                return row;
            }
        }

        return null;
    }

    /// <summary>Reads the rest of a payload from a chain of overflow pages.</summary>
    private byte[]? Follow(ReadOnlyMemory<byte> local, long page, Func<long, PageImage> view, int payload)
    {
        using var bytes = new MemoryStream();
        bytes.Write(local.Span);
        while (bytes.Length < payload)
        {
            if (page == 0 || !images.Read(view(page), _overflow))
                return null;
            bytes.Write(_overflow.AsSpan(4, (int)Math.Min(payload - bytes.Length, Size - 4)));
            page = BinaryPrimitives.ReadUInt32BigEndian(_overflow);
        }
        return bytes.ToArray();
    }

    private static object?[] Columns(ReadOnlySpan<byte> payload, int[] types)
    {
        var at = payload.Length - types.Sum(static type => Length(type)!.Value);
        var columns = new object?[types.Length];
        for (var i = 0; i < types.Length; i++)
        {
            var length = Length(types[i])!.Value;
            columns[i] = Value(types[i], payload.Slice(at, length));
            at += length;
        }
        return columns;
    }

    /// <summary>Bytes of a column of a type; null: no row of a log has it.</summary>
    private static int? Length(int type) => type switch
    {
        <= 4 => type,
        5 => 6,
        6 => 8,
        8 or 9 => 0,
        >= 12 => (type - 12) / 2,
        _ => null,
    };

    private static object? Value(int type, ReadOnlySpan<byte> bytes)
    {
        if (type is 0 or >= 12)
            return type == 0 ? null : bytes.ToArray();
        if (type is 8 or 9)
            return (long)type - 8;
        var number = (long)(sbyte)bytes[0];
        foreach (var next in bytes[1..])
            number = (number << 8) | next;
        return number;
    }

    private static bool Varint(ReadOnlySpan<byte> bytes, ref int at, out long value)
    {
        value = 0;
        for (var i = 0; i < 9; i++, at++)
        {
            if (at >= bytes.Length)
                return false;
            value = i == 8 ? (value << 8) | bytes[at] : (value << 7) | (uint)(bytes[at] & 0x7f);
            if (i == 8 || bytes[at] < 0x80)
            {
                at++;
                return true;
            }
        }
        return false;
    }
}
