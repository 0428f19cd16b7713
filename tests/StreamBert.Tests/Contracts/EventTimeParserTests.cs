using System.Globalization;
using System.Text.Json;
using CsCheck;
using StreamBert.Contracts;

namespace StreamBert.Tests.Contracts;

public sealed class EventTimeParserTests
{
    [Theory]
    [InlineData("2024-01-02T03:04:05Z", "2024-01-02T03:04:05Z")]
    [InlineData("2024-01-02t03:04:05z", "2024-01-02T03:04:05Z")]
    [InlineData("2024-01-02 03:04:05 UTC", "2024-01-02T03:04:05Z")]
    [InlineData("2024-01-02 03:04:05 GMT", "2024-01-02T03:04:05Z")]
    [InlineData("2024-01-02 03:04:05", "2024-01-02T03:04:05Z")]
    [InlineData("  2024-01-02   03:04:05  ", "2024-01-02T03:04:05Z")]
    [InlineData("2024-01-02T03:04", "2024-01-02T03:04:00Z")]
    [InlineData("2024-01-02T03", "2024-01-02T03:00:00Z")]
    [InlineData("2024-01-02", "2024-01-02T00:00:00Z")]
    [InlineData("2024-01-02Z", "2024-01-02T00:00:00Z")]
    [InlineData("2024-01-02+01:00", "2024-01-01T23:00:00Z")]
    [InlineData("2024-01-02T03:04:05+01:00", "2024-01-02T02:04:05Z")]
    [InlineData("2024-01-02T03:04:05+0100", "2024-01-02T02:04:05Z")]
    [InlineData("2024-01-02T03:04:05+01", "2024-01-02T02:04:05Z")]
    [InlineData("2024-01-02 03:04:05 +01:00", "2024-01-02T02:04:05Z")]
    [InlineData("2024-01-02 03:04:05 UTC+1", "2024-01-02T02:04:05Z")]
    [InlineData("2024-01-02 03:04:05 GMT+0530", "2024-01-01T21:34:05Z")]
    [InlineData("2024-01-02T03:04:05-05:30", "2024-01-02T08:34:05Z")]
    [InlineData("2024-01-02T03:04:05\u221205:30", "2024-01-02T08:34:05Z")]
    [InlineData("2024-01-02T03:04:05-00:00", "2024-01-02T03:04:05Z")]
    [InlineData("2024-01-02T03:04:05+01:00[Europe/Paris]", "2024-01-02T02:04:05Z")]
    [InlineData("2024-01-02T03:04:05Z[UTC]", "2024-01-02T03:04:05Z")]
    [InlineData("2024-01-02 03:04:05.123456789 +0000 UTC", "2024-01-02T03:04:05.1234567Z")]
    [InlineData("2024-01-02T03:04:05.5Z", "2024-01-02T03:04:05.5Z")]
    [InlineData("2024-01-02T03:04:05,25+00:00", "2024-01-02T03:04:05.25Z")]
    [InlineData("2024-01-02T03:04:05.123456789012345678901234567890Z", "2024-01-02T03:04:05.1234567Z")]
    [InlineData("2024-01-02T24:00:00Z", "2024-01-03T00:00:00Z")]
    [InlineData("2024-12-31T24:00", "2025-01-01T00:00:00Z")]
    [InlineData("2016-12-31T23:59:60Z", "2017-01-01T00:00:00Z")]
    [InlineData("2017-01-01T05:29:60.5+05:30", "2017-01-01T00:00:00.5Z")]
    [InlineData("2024/01/02 03:04", "2024-01-02T03:04:00Z")]
    [InlineData("2024/1/2 3:04:05 PM", "2024-01-02T15:04:05Z")]
    [InlineData("2024-01-02 12:04\u202Fa.m.", "2024-01-02T00:04:00Z")]
    [InlineData("2018.09.03", "2018-09-03T00:00:00Z")]
    [InlineData("20240102T030405Z", "2024-01-02T03:04:05Z")]
    [InlineData("20240102T030405.5+0100", "2024-01-02T02:04:05.5Z")]
    [InlineData("20240102T0304", "2024-01-02T03:04:00Z")]
    [InlineData("20240102T03", "2024-01-02T03:00:00Z")]
    [InlineData("20240102 030405", "2024-01-02T03:04:05Z")]
    [InlineData("20240102_030405", "2024-01-02T03:04:05Z")]
    [InlineData("20240102-030405", "2024-01-02T03:04:05Z")]
    [InlineData("20240102-03:04:05.123", "2024-01-02T03:04:05.123Z")]
    [InlineData("20240102030405Z", "2024-01-02T03:04:05Z")]
    [InlineData("1583-01-01", "1583-01-01T00:00:00Z")]
    [InlineData("9999-12-31T23:59:59Z", "9999-12-31T23:59:59Z")]
    public void Iso_8601_is_read_extended_and_basic_and_means_utc_without_an_offset(string text, string expected) => Reads(expected, text);

    [Theory]
    [InlineData("20030219", "2003-02-19T00:00:00Z")]
    [InlineData("20030219.0", "2003-02-19T00:00:00Z")]
    [InlineData("200701010012", "2007-01-01T00:12:00Z")]
    [InlineData("20180722105203", "2018-07-22T10:52:03Z")]
    [InlineData("20180722105203.25", "2018-07-22T10:52:03.25Z")]
    [InlineData("20180722105203123", "2018-07-22T10:52:03.123Z")]
    [InlineData("19000101", "1900-01-01T00:00:00Z")]
    [InlineData("21001231", "2100-12-31T00:00:00Z")]
    [InlineData("1704164645", "2024-01-02T03:04:05Z")]
    [InlineData("1704164645.0", "2024-01-02T03:04:05Z")]
    [InlineData("1704164645,25", "2024-01-02T03:04:05.25Z")]
    [InlineData("1704164645.123456789", "2024-01-02T03:04:05.1234567Z")]
    [InlineData("1704164645250", "2024-01-02T03:04:05.25Z")]
    [InlineData("1704164645250.5", "2024-01-02T03:04:05.2505Z")]
    [InlineData("1704164645250123", "2024-01-02T03:04:05.250123Z")]
    [InlineData("1704164645250123499", "2024-01-02T03:04:05.2501234Z")]
    [InlineData("1.704164645E9", "2024-01-02T03:04:05Z")]
    [InlineData("1.70416464525e+12", "2024-01-02T03:04:05.25Z")]
    [InlineData("1.7E9", "2023-11-14T22:13:20Z")]
    [InlineData("915148800", "1999-01-01T00:00:00Z")]
    [InlineData("315532800", "1980-01-01T00:00:00Z")]
    [InlineData("315532800000", "1980-01-01T00:00:00Z")]
    [InlineData("4102444799", "2099-12-31T23:59:59Z")]
    public void A_number_is_the_date_that_its_digits_show_or_the_time_since_1970_that_is_plausible(string text, string expected)
    {
        Reads(expected, text);
        if (!text.Contains(',')) Assert.Equal(Time(expected), Read(Json(text)));
        Assert.Equal(Time(expected), Read(Json($"\"{text}\"")));
    }

    [Theory]
    [InlineData("Tue, 02 Jan 2024 03:04:05 GMT", "2024-01-02T03:04:05Z")]
    [InlineData("Tue, 2 Jan 2024 03:04 UT", "2024-01-02T03:04:00Z")]
    [InlineData("2 Jan 2024 03:04:05 +0100", "2024-01-02T02:04:05Z")]
    [InlineData("Tue,02 Jan 2024 03:04:05 -0000", "2024-01-02T03:04:05Z")]
    [InlineData("Tue, 02 Jan 2024 03:04:05 EST", "2024-01-02T08:04:05Z")]
    [InlineData("Tue, 02 Jul 2024 03:04:05 PDT", "2024-07-02T10:04:05Z")]
    [InlineData("Tue (a (nested) day), 02 Jan\r\n 2024 03:04:05 (noon?) +0100 (CET)", "2024-01-02T02:04:05Z")]
    [InlineData("Tue, 02 Jan 24 03:04:05 GMT", "2024-01-02T03:04:05Z")]
    [InlineData("Sunday, 06-Nov-94 08:49:37 GMT", "1994-11-06T08:49:37Z")]
    [InlineData("Sat, 31 Dec 2016 23:59:60 GMT", "2017-01-01T00:00:00Z")]
    [InlineData("02 Jan 2024", "2024-01-02T00:00:00Z")]
    [InlineData("02/Jan/2024:03:04:05 +0000", "2024-01-02T03:04:05Z")]
    [InlineData("Sun Nov  6 08:49:37 1994", "1994-11-06T08:49:37Z")]
    [InlineData("Mon Apr 06 22:19:45 PDT 2009", "2009-04-07T05:19:45Z")]
    [InlineData("Tue Jan 02 03:04:05 +0000 2024", "2024-01-02T03:04:05Z")]
    [InlineData("Tue Jan 02 2024 03:04:05 GMT+0100 (Central European Standard Time)", "2024-01-02T02:04:05Z")]
    [InlineData("January 2, 2024", "2024-01-02T00:00:00Z")]
    [InlineData("Sept. 3rd, 2018 at 10:30 PM", "2018-09-03T22:30:00Z")]
    public void Rfc_2822_and_other_forms_that_name_the_month_in_english_are_read(string text, string expected) => Reads(expected, text);

    [Theory]
    [InlineData("03/09/2018", "day or the month first")]
    [InlineData("25/12/2018", "day or the month first")]
    [InlineData("3.9.2018 10:30", "day or the month first")]
    [InlineData("03-09-18", "day or the month first")]
    [InlineData("45293.1278", "excel")]
    [InlineData("45293", "excel")]
    [InlineData("2024", "is a year")]
    [InlineData("2024.0", "is a year")]
    [InlineData("202401", "year and month")]
    [InlineData("2024-01", "no day")]
    [InlineData("10:30", "without a date")]
    [InlineData("10:30:00 UTC", "without a date")]
    [InlineData("2024010203", "yyyyMMddHH")]
    [InlineData("638396640000000000", "ticks")]
    [InlineData("133486704000000000", "unit")]
    [InlineData("0", "unit")]
    [InlineData("86400", "unit")]
    [InlineData("-86400", "unit")]
    [InlineData("19022003", "yyyyMMdd")]
    [InlineData("20030231", "yyyyMMdd")]
    [InlineData("200701012560", "unit")]
    [InlineData("1.70416E+12", "rounded")]
    [InlineData("1e300", "unit")]
    [InlineData("99999999999999999999999999999999999999", "unit")]
    [InlineData("NaN", "is not a time")]
    [InlineData("NaT", "is not a time")]
    [InlineData("null", "is not a time")]
    [InlineData("yesterday", "is not a time")]
    [InlineData("", "is empty")]
    [InlineData("  ", "is empty")]
    [InlineData("2024-W01-2", "week date")]
    [InlineData("2024W012", "week date")]
    [InlineData("2024-002", "ordinal")]
    [InlineData("2024-002T03:04Z", "ordinal")]
    [InlineData("2024002", "number of a day")]
    [InlineData("2024-02-30", "calendar")]
    [InlineData("2024-13-01T00:00:00Z", "calendar")]
    [InlineData("2024-01-02T25:00", "time of day")]
    [InlineData("2024-01-02T24:01", "time of day")]
    [InlineData("2024-01-02T03:60", "time of day")]
    [InlineData("2024-01-02T03:04:61Z", "time of day")]
    [InlineData("2024-01-02T03:04:60Z", "leap second")]
    [InlineData("2024-01-02T03:04.5", "not an offset")]
    [InlineData("2024-01-02T03:04:05+15:00", "-14:00 to +14:00")]
    [InlineData("2024-01-02T03:04:05+01:75", "-14:00 to +14:00")]
    [InlineData("2024-01-02T03:04:05 EST", "'EST'")]
    [InlineData("2024-01-02 03:04:05 Europe/Paris", "'Europe/Paris'")]
    [InlineData("2024-01-02T03:04:05[Europe/Paris]", "time zone")]
    [InlineData("2024-01-02-05:00", "offset or with a time")]
    [InlineData("20240102-0500", "offset or with a time")]
    [InlineData("2024-01-02 13:04 PM", "AM or PM")]
    [InlineData("0001-01-01T00:00:00Z", "never set")]
    [InlineData("1500-01-01", "before 1583")]
    [InlineData("9999-12-31T23:59:59-01:00", "9999")]
    [InlineData("+12024-01-01", "is not a time")]
    [InlineData("Mon, 02 Jan 2024 03:04:05 GMT", "Tuesday")]
    [InlineData("Tue, 02 Jan 2024 03:04:05 CET", "'CET'")]
    [InlineData("Tue, 02 Jan 2024 03:04:05 A", "'A'")]
    [InlineData("02-Jan-24", "two digits")]
    [InlineData("2 janvier 2024", "English")]
    [InlineData("１７０４１６４６４５", "is not a time")]
    public void An_ambiguous_value_is_rejected_with_the_value_and_the_reason(string text, string reason)
    {
        Assert.False(EventTimeParser.TryParse(text, null, out _, out var fault));
        Assert.StartsWith($"'{text}'", fault, StringComparison.Ordinal);
        Assert.Contains(reason, fault, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("null")]
    [InlineData("true")]
    [InlineData("[2024,1,2]")]
    [InlineData("""{"$date":"2024-01-02"}""")]
    public void Json_that_is_neither_text_nor_number_is_rejected_with_the_value(string json)
    {
        Assert.False(EventTimeParser.TryParse(Json(json), null, out _, out var fault));
        Assert.Contains(json, fault, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("03/09/2018", "dd/MM/yyyy", "2018-09-03T00:00:00Z")]
    [InlineData("03/09/2018", "MM/dd/yyyy", "2018-03-09T00:00:00Z")]
    [InlineData(" 3/9/2018 10:30 ", "d/M/yyyy HH:mm", "2018-09-03T10:30:00Z")]
    [InlineData("03.09.18 10:30:15 PM", "dd.MM.yy hh:mm:ss tt", "2018-09-03T22:30:15Z")]
    [InlineData("2018-09-03 10:30 +02:00", "yyyy-MM-dd HH:mm zzz", "2018-09-03T08:30:00Z")]
    [InlineData("2024", "yyyy", "2024-01-01T00:00:00Z")]
    [InlineData("202401", "yyyyMM", "2024-01-01T00:00:00Z")]
    [InlineData("2024010203", "yyyyMMddHH", "2024-01-02T03:00:00Z")]
    [InlineData("2024010203", "epoch-seconds", "2034-02-20T01:03:23Z")]
    [InlineData("-86400", "epoch-seconds", "1969-12-31T00:00:00Z")]
    [InlineData("86400000.5", "epoch-milliseconds", "1970-01-02T00:00:00.0005Z")]
    [InlineData("0", "epoch-microseconds", "1970-01-01T00:00:00Z")]
    [InlineData("638396640000000000", "epoch-nanoseconds", "1990-03-25T20:24:00Z")]
    [InlineData("45293.1278", "excel", "2024-01-02T03:04:01.92Z")]
    public void A_format_reads_values_that_are_rejected_without_one(string text, string format, string expected)
    {
        Assert.Null(EventTimeFormat.Validate(format));
        Assert.True(EventTimeParser.TryParse(text, format, out var time, out var fault), fault);
        Assert.Equal(Time(expected), time);
        Assert.Equal(TimeSpan.Zero, time.Offset);
    }

    [Theory]
    [InlineData("2018-09-03", "dd/MM/yyyy")]
    [InlineData("31/02/2018", "dd/MM/yyyy")]
    [InlineData("", "dd/MM/yyyy")]
    [InlineData("today", "epoch-seconds")]
    [InlineData("1e25", "epoch-seconds")]
    [InlineData("2024", "epoch-years")]
    [InlineData("12", "excel")]
    public void With_a_format_nothing_else_is_read(string text, string format)
    {
        Assert.False(EventTimeParser.TryParse(text, format, out _, out var fault));
        Assert.StartsWith($"'{text}'", fault, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("dd/MM", "year")]
    [InlineData("HH:mm", "year")]
    [InlineData("yyyy-mm-dd", "month")]
    [InlineData("yyyy-MM HH:mm", "day of the month")]
    [InlineData("yyyy-MM-dd hh:mm:ss", "hour of the day")]
    [InlineData("yyyy-MM-dd HH:ss", "minute")]
    [InlineData("yyyy-MM-dd HH:mm fff", "second")]
    [InlineData("Q", "no .NET date and time format")]
    [InlineData("%", "no .NET date and time format")]
    [InlineData("", "time format ''")]
    [InlineData("epoch-years", "time format 'epoch-years'")]
    public void A_format_that_loses_a_part_of_the_time_is_rejected(string format, string reason) =>
        Assert.Contains(reason, EventTimeFormat.Validate(format), StringComparison.Ordinal);

    [Fact]
    public void A_fault_shows_a_long_or_unprintable_value_in_one_short_line()
    {
        Assert.False(EventTimeParser.TryParse($"line\nbreak {new string('x', 500)}", null, out _, out var fault));

        Assert.DoesNotContain('\n', fault);
        Assert.True(fault.Length < 200, fault);
    }

    private static readonly Gen<DateTimeOffset> AnyTime =
        Gen.Long[new DateTime(1980, 1, 1).Ticks, new DateTime(2100, 1, 1).Ticks - 1]
            .Select(static ticks => new DateTimeOffset(ticks, TimeSpan.Zero));

    private static readonly Gen<TimeSpan> AnyOffset = Gen.Int[-14 * 60, 14 * 60].Select(static minutes => TimeSpan.FromMinutes(minutes));

    [Fact]
    public void Every_written_form_of_a_time_round_trips() => Gen.Select(AnyTime, AnyOffset).Sample(static (time, offset) =>
    {
        var local = time.ToOffset(offset);
        foreach (var form in (string[])["O", "yyyy-MM-ddTHH:mm:ss.fffffffzzz", "yyyy-MM-dd HH:mm:ss,fffffff zzz",
            "yyyyMMddTHHmmss.fffffffzzz", "yyyy/M/d H:mm:ss.fffffffzzz"])
        {
            Assert.Equal(time, Read(local.ToString(form, CultureInfo.InvariantCulture)));
        }

        foreach (var form in (string[])["ddd, dd MMM yyyy HH:mm:ss zzz", "d MMMM yyyy HH:mm:ss zzz", "ddd MMM dd yyyy HH:mm:ss 'GMT'zzz",
            "ddd MMM d HH:mm:ss zzz yyyy", "MMMM d, yyyy h:mm:ss tt zzz"])
        {
            Assert.Equal(Whole(time), Read(local.ToString(form, CultureInfo.InvariantCulture)));
        }

        foreach (var form in (string[])["R", "u", "s", "yyyyMMddHHmmss", "yyyy-MM-dd HH:mm:ss 'UTC'", "dddd, dd-MMM-yy HH:mm:ss 'GMT'"])
        {
            if (form[^1] != '\'' || time.Year is >= 1950 and < 2050)
                Assert.Equal(Whole(time), Read(time.ToString(form, CultureInfo.InvariantCulture)));
        }
    });

    [Fact]
    public void Every_number_of_a_time_round_trips_in_its_unit() => AnyTime.Sample(static time =>
    {
        var ticks = (time - DateTimeOffset.UnixEpoch).Ticks;
        var seconds = ticks / TimeSpan.TicksPerSecond;
        if (!IsHour(seconds)) Assert.Equal(Whole(time), Read($"{seconds}"));
        Assert.Equal(ticks / 10_000, (Read($"{ticks / 10_000}") - DateTimeOffset.UnixEpoch).Ticks / 10_000);
        Assert.Equal(ticks / 10, (Read($"{ticks / 10}") - DateTimeOffset.UnixEpoch).Ticks / 10);
        if (seconds >= 1_000_000_000) Assert.Equal(time, Read($"{ticks}00"));
    });

    [Fact]
    public void No_text_and_no_format_makes_it_throw()
    {
        var near = Gen.Char["0123456789:-+/.,TZ UTCJanapm()[]W\u2212٣\ud800"].Array[0, 40].Select(static chars => new string(chars));
        Gen.OneOf(near, Gen.String)
            .Sample(static text => EventTimeParser.TryParse(text, null, out _, out var fault) ? fault.Length == 0 : fault.Length > 0);
        Gen.Select(near, Gen.OneOf(Gen.Char["yMdHhmsfFtzK/:-' \\%\""].Array[0, 12].Select(static chars => new string(chars)), Gen.String))
            .Sample(static (text, format) =>
                {
                    _ = EventTimeFormat.Validate(format);
                    _ = EventTimeParser.TryParse(text, format, out _, out _);
                });
    }

    [Fact]
    public void A_damaged_time_is_rejected_or_keeps_its_year() => Gen.Select(AnyTime, Gen.Int[0, 19], Gen.Char["0123456789:-TZ /."])
        .Sample(static (time, at, with) =>
            {
                var text = time.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
                var damaged = $"{text[..at]}{with}{text[(at + 1)..]}";
                return !EventTimeParser.TryParse(damaged, null, out var read, out _)
            || Math.Abs(read.Year - int.Parse(damaged.AsSpan(0, 4), CultureInfo.InvariantCulture)) <= 1;
            });

    [Fact]
    public void The_culture_of_the_machine_does_not_matter()
    {
        var culture = new CultureInfo("")
        {
            NumberFormat = new() { NumberDecimalSeparator = ",", NumberGroupSeparator = ".", NegativeSign = "~" },
            DateTimeFormat = new()
            {
                DateSeparator = "_",
                TimeSeparator = "!",
                AbbreviatedMonthNames = [.. Enumerable.Range(1, 13).Select(static month => $"m{month}")],
                AMDesignator = "x",
                PMDesignator = "y"
            },
        };
        var before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = culture;
            Reads("2024-01-02T03:04:05Z", "Tue, 02 Jan 2024 03:04:05 GMT");
            Reads("2024-01-02T03:04:05.25Z", "1704164645.25");
            Assert.Equal(Time("2018-09-03T10:30:00Z"), Read("03/09/2018 10:30", "dd/MM/yyyy HH:mm"));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    private static bool IsHour(long seconds) =>
        DateTime.TryParseExact($"{seconds}", "yyyyMMddHH", CultureInfo.InvariantCulture, DateTimeStyles.None, out var hour)
            && hour.Year is >= 1900 and <= 2100;

    private static DateTimeOffset Whole(DateTimeOffset time)
        => new(time.Ticks / TimeSpan.TicksPerSecond * TimeSpan.TicksPerSecond, TimeSpan.Zero);

    private static void Reads(string expected, string text)
    {
        var time = Read(text);
        Assert.Equal(Time(expected), time);
        Assert.Equal(TimeSpan.Zero, time.Offset);
    }

    private static DateTimeOffset Read(string text, string? format = null) =>
        EventTimeParser.TryParse(text, format, out var time, out var fault) ? time : throw new FormatException(fault);

    private static DateTimeOffset Read(JsonElement element) =>
        EventTimeParser.TryParse(element, null, out var time, out var fault) ? time : throw new FormatException(fault);

    private static DateTimeOffset Time(string iso) => DateTimeOffset.Parse(iso, CultureInfo.InvariantCulture);

    private static JsonElement Json(string json) => JsonDocument.Parse(json).RootElement;
}
