-- SPDX-License-Identifier: GPL-2.0
--
-- Shim6 for Wireshark and tshark 4: the messages of RFC 5533, the Probe and
-- Keepalive of RFC 5534, and the parameters of RFC 3972 and RFC 5535.
--
--     tshark -X lua_script:shim6.lua -O shim -r FILE
--
-- or copy it into ~/.local/lib/wireshark/plugins. Newer versions read no
-- scripts for root. It takes protocol 140 from Wireshark's own "shim6", which
-- reads every control message one octet early in 4.0 and 4.4; therefore the
-- names of its filters begin with "shim.". "tshark -G fields" lists them.
--
-- Transport checksums are over ULIDs, which a tagged packet does not carry.
-- They are learnt from I1, I2, I2bis and R2; when the capture has the handshake
-- of a context, what follows a payload header is decoded with its ULIDs: its
-- checksum is right and its conversation goes on after a switch.

local shim = Proto("shim", "Multihoming Shim Protocol for IPv6 (RFC 5533)")

local SHIM6 = 140
local FRAGMENT = 44
local NO_NEXT_HEADER = 59
local MAX_PACKET = 1280
local IPV6_HEADER = 40
local RECORD = 40

local MESSAGES = {
	[1] = "I1", [2] = "R1", [3] = "I2", [4] = "R2", [5] = "R1bis",
	[6] = "I2bis", [64] = "Update Request",
	[65] = "Update Acknowledgement", [66] = "Keepalive", [67] = "Probe",
	[68] = "Error",
}

local OPTIONS = {
	[1] = "Responder Validator", [2] = "Locator List",
	[3] = "Locator Preferences", [4] = "CGA Parameter Data Structure",
	[5] = "CGA Signature", [6] = "ULID Pair",
	[7] = "Forked Instance Identifier", [10] = "Keepalive Timeout",
}

local ERRORS = {
	[0] = "Unknown message type",
	[1] = "Critical option not recognised",
	[2] = "Locator verification method failed",
	[3] = "Locator List generation number out of sync",
	[4] = "Wrong number of locators in Locator Preferences",
}

local METHODS = { [1] = "HBA", [2] = "CGA" }
local STATES = {
	[0] = "Operational", [1] = "Exploring", [2] = "InboundOk",
}
local EXTENSIONS = { [0x12] = "Multi-Prefix" }
local STATUSES = { [0] = "Bad", [1] = "Good", [2] = "Unverified" }

-- For the number in front of the names
local HEADERS = {
	[0] = "Hop-by-Hop Options", [6] = "TCP", [17] = "UDP",
	[43] = "Routing", [44] = "Fragment", [50] = "ESP", [51] = "AH",
	[58] = "ICMPv6", [59] = "No Next Header", [60] = "Destination Options",
	[132] = "SCTP", [139] = "HIP", [140] = "Shim6",
}

local BROKEN, TRANSIENT = 1, 2

local f = {
	next = ProtoField.uint8("shim.next", "Next Header", base.DEC, HEADERS),
	hel = ProtoField.uint8("shim.hdr_ext_len", "Hdr Ext Len", base.DEC, nil,
		nil, "8-octet units, not counting the first"),
	size = ProtoField.uint16("shim.size", "Octets"),
	p = ProtoField.bool("shim.p", "P", 8,
		{ "Payload Extension header", "Control message" }, 0x80),
	type = ProtoField.uint8("shim.type", "Type", base.DEC, MESSAGES, 0x7f),
	reserved1 = ProtoField.uint8("shim.reserved1", "Reserved1", base.HEX,
		nil, 0xfe),
	s = ProtoField.bool("shim.s", "S", 8,
		{ "Not Shim6 (HIP)", "Shim6" }, 0x01),
	checksum = ProtoField.uint16("shim.checksum", "Checksum", base.HEX),
	status = ProtoField.uint8("shim.checksum.status", "Checksum Status",
		base.DEC, STATUSES),
	r = ProtoField.bool("shim.r", "R", 8, nil, 0x80, "Reserved"),
	reserved2 = ProtoField.bytes("shim.reserved2", "Reserved2"),
	tag = ProtoField.uint64("shim.tag", "Context Tag", base.HEX, nil, nil,
		"Any context tag of the packet"),
	tag_init = ProtoField.uint64("shim.tag.initiator",
		"Initiator Context Tag", base.HEX),
	tag_resp = ProtoField.uint64("shim.tag.responder",
		"Responder Context Tag", base.HEX),
	tag_recv = ProtoField.uint64("shim.tag.receiver",
		"Receiver Context Tag", base.HEX),
	tag_packet = ProtoField.uint64("shim.tag.packet",
		"Packet Context Tag", base.HEX),
	init_nonce = ProtoField.uint32("shim.nonce.initiator",
		"Initiator Nonce", base.HEX),
	resp_nonce = ProtoField.uint32("shim.nonce.responder",
		"Responder Nonce", base.HEX),
	req_nonce = ProtoField.uint32("shim.nonce.request",
		"Request Nonce", base.HEX),
	ulid_src = ProtoField.ipv6("shim.ulid.source",
		"ULID of the source", "From an earlier handshake"),
	ulid_dst = ProtoField.ipv6("shim.ulid.destination",
		"ULID of the destination", "From an earlier handshake"),
	trailer = ProtoField.bytes("shim.trailer", "Behind the message"),

	precvd = ProtoField.uint8("shim.probe.precvd", "Precvd", base.DEC, nil,
		0xf0, "Number of received probes reported"),
	psent = ProtoField.uint8("shim.probe.psent", "Psent", base.DEC, nil,
		0x0f, "Number of sent probes reported, this one first"),
	sta = ProtoField.uint8("shim.probe.sta", "Sta", base.DEC, STATES, 0xc0,
		"REAP state of the sender"),
	probe_reserved = ProtoField.uint24("shim.probe.reserved2", "Reserved2",
		base.HEX, nil, 0x3fffff),
	sent = ProtoField.bytes("shim.probe.sent", "Sent probe"),
	received = ProtoField.bytes("shim.probe.received", "Received probe"),
	probe_src = ProtoField.ipv6("shim.probe.source", "Source address"),
	probe_dst = ProtoField.ipv6("shim.probe.destination",
		"Destination address"),
	probe_nonce = ProtoField.uint32("shim.probe.nonce", "Nonce", base.HEX),
	probe_data = ProtoField.uint32("shim.probe.data", "Data", base.HEX),

	error_code = ProtoField.uint8("shim.error.code", "Error Code", base.DEC,
		ERRORS, 0xfe),
	pointer = ProtoField.uint16("shim.error.pointer", "Pointer"),
	quoted = ProtoField.bytes("shim.error.packet", "Packet in error"),
	pointed = ProtoField.bytes("shim.error.pointed", "Octet pointed at"),

	option = ProtoField.bytes("shim.option", "Option"),
	opt_type = ProtoField.uint16("shim.option.type", "Type", base.DEC,
		OPTIONS, 0xfffe),
	opt_c = ProtoField.bool("shim.option.critical", "C", 16,
		{ "Critical", "May be skipped" }, 0x0001),
	opt_len = ProtoField.uint16("shim.option.length", "Length", base.DEC,
		nil, nil, "Octets of the contents, without padding"),
	opt_data = ProtoField.bytes("shim.option.contents", "Contents"),
	opt_pad = ProtoField.bytes("shim.option.padding", "Padding"),
	opt_reserved = ProtoField.bytes("shim.option.reserved", "Reserved"),

	validator = ProtoField.bytes("shim.validator", "Validator"),
	list_gen = ProtoField.uint32("shim.locators.generation",
		"Locator List Generation", base.HEX),
	list_num = ProtoField.uint8("shim.locators.count", "Num Locators"),
	method = ProtoField.uint8("shim.locators.method",
		"Verification Method", base.DEC, METHODS),
	list_pad = ProtoField.bytes("shim.locators.padding",
		"Padding before the locators"),
	locator = ProtoField.ipv6("shim.locator", "Locator"),
	pref_gen = ProtoField.uint32("shim.preferences.generation",
		"Locator List Generation", base.HEX),
	pref_len = ProtoField.uint8("shim.preferences.element_len",
		"Element Len"),
	pref = ProtoField.bytes("shim.preferences.element", "Element"),
	pref_flags = ProtoField.uint8("shim.preferences.flags", "Flags",
		base.HEX),
	pref_broken = ProtoField.bool("shim.preferences.broken", "BROKEN", 8,
		nil, BROKEN),
	pref_transient = ProtoField.bool("shim.preferences.transient",
		"TRANSIENT", 8, nil, TRANSIENT),
	pref_prio = ProtoField.uint8("shim.preferences.priority", "Priority"),
	pref_weight = ProtoField.uint8("shim.preferences.weight", "Weight"),
	signature = ProtoField.bytes("shim.signature", "Signature"),
	ulid_sender = ProtoField.ipv6("shim.ulid.sender", "Sender ULID"),
	ulid_receiver = ProtoField.ipv6("shim.ulid.receiver", "Receiver ULID"),
	fii = ProtoField.uint32("shim.fii", "Forked Instance Identifier"),
	keepalive = ProtoField.uint16("shim.keepalive_timeout",
		"Keepalive Timeout (s)"),

	modifier = ProtoField.bytes("shim.cga.modifier", "Modifier"),
	prefix = ProtoField.ipv6("shim.cga.subnet_prefix", "Subnet Prefix"),
	collisions = ProtoField.uint8("shim.cga.collision_count",
		"Collision Count"),
	key = ProtoField.bytes("shim.cga.public_key", "Public Key"),
	key_bits = ProtoField.uint16("shim.cga.key_bits", "Modulus (bits)"),
	ext = ProtoField.bytes("shim.cga.extension", "Extension"),
	ext_type = ProtoField.uint16("shim.cga.extension.type",
		"Extension Type", base.HEX, EXTENSIONS),
	ext_len = ProtoField.uint16("shim.cga.extension.length",
		"Extension Data Length"),
	ext_data = ProtoField.bytes("shim.cga.extension.data",
		"Extension Data"),
	mp_p = ProtoField.bool("shim.hba.p", "P", 32,
		{ "The key is a public key", "The key is a random number" },
		0x80000000),
	mp_reserved = ProtoField.uint32("shim.hba.reserved", "Reserved",
		base.HEX, nil, 0x7fffffff),
	mp_prefix = ProtoField.ipv6("shim.hba.prefix", "Prefix"),
}

local function malformed(name, text)
	return ProtoExpert.new("shim." .. name, text, expert.group.MALFORMED,
			       expert.severity.ERROR)
end

local function violation(name, text)
	return ProtoExpert.new("shim." .. name, text, expert.group.PROTOCOL,
			       expert.severity.WARN)
end

local function remark(name, text)
	return ProtoExpert.new("shim." .. name, text, expert.group.COMMENTS_GROUP,
			       expert.severity.NOTE)
end

local e = {
	cut = remark("not_captured", "Not captured to its end"),
	truncated = malformed("truncated", "Longer than its packet"),
	short = malformed("short", "Shorter than the minimum of its type"),
	payload_len = malformed("payload_len",
		"Hdr Ext Len of a payload header is 0"),
	hip = malformed("hip", "S is set: this is not Shim6"),
	checksum = ProtoExpert.new("shim.checksum.bad", "Wrong checksum",
		expert.group.CHECKSUM, expert.severity.ERROR),
	type = malformed("type.unknown", "Unknown message type"),
	next = violation("next.not_59",
		"Next Header of a control message is 59 (No Next Header)"),
	reserved = violation("reserved.set", "Reserved bits are set"),
	trailer = violation("trailer.ignored",
		"Octets behind the message are ignored"),
	big = violation("big", "Control packets have 1280 octets at most"),
	error_code = violation("error.unknown", "Unknown error code"),
	pointer = violation("error.outside",
		"The pointer is outside the packet in error"),
	quoted = violation("error.no_ipv6",
		"The packet in error does not begin with an IPv6 header"),
	psent = malformed("probe.psent_zero", "Psent is at least 1"),
	sta = malformed("probe.sta_unknown", "Sta is 0, 1 or 2"),
	records = malformed("probe.records",
		"More reports than the message has room for"),
	report = remark("probe.no_report",
		"InboundOk reports a received probe once there is one"),
	opt_bounds = malformed("option.outside",
		"The option does not fit into its message"),
	opt_len = malformed("option.bad_length",
		"The length is none that this option can have"),
	opt_dup = malformed("option.twice", "The option is there twice"),
	opt_unknown = remark("option.unknown",
		"Unknown option, to be skipped"),
	opt_critical = malformed("option.unknown_critical",
		"Unknown critical option, answered by Error 1"),
	opt_misplaced = violation("option.misplaced",
		"RFC 5533 and RFC 5534 do not list this option for this message"),
	opt_missing = malformed("option.missing",
		"The Responder Validator is missing"),
	opt_pad = remark("option.padding_set", "Padding is not zero"),
	unsigned = violation("signature.missing",
		"Locators with method CGA, but no CGA Signature"),
	method = violation("locators.method_unknown",
		"Unknown verification method, answered by Error 2"),
	empty = malformed("locators.empty", "A Locator List of no locators"),
	pds = malformed("cga.bad", "Not a CGA Parameter Data Structure"),
	collisions = violation("cga.collisions",
		"The Collision Count is 0, 1 or 2"),
	ulids = remark("ulids.unknown",
		"The handshake was not captured: the ULIDs are not known, " ..
		"so a transport checksum may look wrong"),
	fragment = remark("fragment",
		"Wireshark does not reassemble behind a payload header"),
	nested = malformed("payload_nested",
		"A Shim6 header behind a payload header"),
}

local function list_of(named)
	local list = {}

	for _, entry in pairs(named) do
		list[#list + 1] = entry
	end
	return list
end

shim.fields = list_of(f)
shim.experts = list_of(e)

-- What handshakes tell, all by keys that tables can have: tag -> ULIDs,
-- initiator nonce -> ULIDs, and number of a frame -> ULIDs, as a tag may get
-- others later.
local by_tag, by_nonce, by_frame = {}, {}, {}

function shim.init()
	by_tag, by_nonce, by_frame = {}, {}, {}
end

-- A part of a message. Fields behind "stop" are left out, so that nobody reads
-- what was not captured; "size" is where the part says that it ends.
local View = {}
View.__index = View

function View.new(tvb, tree, stop, size)
	return setmetatable({
		tvb = tvb, tree = tree, size = size,
		stop = math.min(stop, size, tvb:len()),
	}, View)
end

function View:has(at, len)
	return at + len <= self.stop
end

-- The item, or nil when it is not there
function View:add(field, at, len, value)
	if len < 1 or not self:has(at, len) then
		return nil
	end
	if value == nil then
		return self.tree:add(field, self.tvb(at, len))
	end
	return self.tree:add(field, self.tvb(at, len), value)
end

-- As much of it as there is
function View:add_rest(field, at, len)
	return self:add(field, at, math.min(len, self.stop - at))
end

function View:flag(item, what, text)
	item = item or self.tree
	if text then
		item:add_proto_expert_info(what, text)
	else
		item:add_proto_expert_info(what)
	end
end

-- Complains when any of the octets, or the number itself, is not zero
function View:expect_zero(item, at, len)
	if item and self.tvb:raw(at, len):find("[^\0]") then
		self:flag(item, e.reserved)
	end
end

-- An item with a View of its own
function View:sub(field, at, len)
	local item = self:add_rest(field, at, len)

	return View.new(self.tvb, item or self.tree, self.stop, at + len)
end

-- The text of a context tag, 47 bits, whatever the bit in front of it
local function tag_text(tvb, at)
	return string.format("%04x%08x", tvb(at, 2):uint() % 0x8000,
			     tvb(at + 2, 4):uint())
end

function View:tag(field, at)
	local text, item

	if not self:has(at, 6) then
		return nil
	end
	text = tag_text(self.tvb, at)
	self:add(field, at, 6, UInt64.fromhex(text))
	item = self:add(f.tag, at, 6, UInt64.fromhex(text))
	item:set_hidden()
	return text
end

-- R and a tag
function View:r_tag(field, at)
	self:add(f.r, at, 1)
	return self:tag(field, at)
end

-- The key of a nonce
function View:nonce(field, at)
	self:add(field, at, 4)
	return self:has(at, 4) and self.tvb(at, 4):uint() or nil
end

function View:reserved(at, len)
	self:expect_zero(self:add(f.reserved2, at, len), at, len)
end

-- RFC 1071, no pseudo-header
local function checksum_of(octets)
	local sum = 0

	for i = 1, #octets - 1, 2 do
		local high, low = octets:byte(i, i + 1)

		sum = sum + high * 256 + low
	end
	while sum > 0xffff do
		sum = sum % 0x10000 + math.floor(sum / 0x10000)
	end
	return sum
end

-- A prefix of 64 bits as an address
function View:add_prefix(field, at)
	local text

	if not self:has(at, 8) then
		return nil
	end
	text = string.format("%x:%x:%x:%x::", self.tvb(at, 2):uint(),
			     self.tvb(at + 2, 2):uint(),
			     self.tvb(at + 4, 2):uint(),
			     self.tvb(at + 6, 2):uint())
	return self:add(field, at, 8, Address.ipv6(text))
end

-- --- CGA parameters (RFC 3972, RFC 4581, RFC 5535)

-- A DER header: where the contents begin and end, nil when it is none
local function der(view, at, tag)
	local len, n

	if not view:has(at, 2) or view.tvb(at, 1):uint() ~= tag then
		return nil
	end
	len = view.tvb(at + 1, 1):uint()
	at = at + 2
	if len > 0x80 and len <= 0x82 then
		n = len - 0x80
		if not view:has(at, n) then
			return nil
		end
		len = view.tvb(at, n):uint()
		at = at + n
	elseif len >= 0x80 then
		return nil
	end
	return at, at + len
end

-- Bits of an RSA modulus, nil when the key at a place has none
local function modulus_bits(view, at)
	local first, stop, top, bits

	at = der(view, at, 0x30)
	if at then
		_, at = der(view, at, 0x30)
	end
	at = at and der(view, at, 0x03)
	at = at and der(view, at + 1, 0x30)
	if not at then
		return nil
	end
	first, stop = der(view, at, 0x02)
	while first and first < stop and view:has(first, 1) do
		top = view.tvb(first, 1):uint()
		if top > 0 then
			bits = (stop - first - 1) * 8
			while top > 0 do
				bits = bits + 1
				top = math.floor(top / 2)
			end
			return bits
		end
		first = first + 1
	end
	return nil
end

local function multi_prefix(view, at, len)
	if len < 4 or len % 8 ~= 4 then
		view:flag(nil, e.pds,
			  "A Multi-Prefix extension has 4 + 8n octets")
		return
	end
	view:add(f.mp_p, at, 4)
	view:add(f.mp_reserved, at, 4)
	for prefix = at + 4, at + len - 8, 8 do
		view:add_prefix(f.mp_prefix, prefix)
	end
end

-- One extension; returns where the next one begins
local function extension(view, at)
	local kind, len, sub

	if not view:has(at, 4) then
		return nil
	end
	kind = view.tvb(at, 2):uint()
	len = view.tvb(at + 2, 2):uint()
	sub = view:sub(f.ext, at, 4 + len)
	sub.tree:set_text("Extension: " .. (EXTENSIONS[kind] or
					    string.format("0x%04x", kind)))
	sub:add(f.ext_type, at, 2)
	sub:add(f.ext_len, at + 2, 2)
	if at + 4 + len > view.size then
		sub:flag(nil, e.pds, "The extension does not fit")
		return nil
	end
	if kind == 0x12 then
		multi_prefix(sub, at + 4, len)
	else
		sub:add_rest(f.ext_data, at + 4, len)
	end
	return at + 4 + len
end

local function parameters(view, at)
	local key = at + 25
	local _, stop, bits, item

	view:add(f.modifier, at, 16)
	view:add_prefix(f.prefix, at + 16)
	item = view:add(f.collisions, at + 24, 1)
	if item and view.tvb(at + 24, 1):uint() > 2 then
		view:flag(item, e.collisions)
	end
	_, stop = der(view, key, 0x30)
	if not stop or stop > view.size then
		if view.stop == view.size or stop then
			view:flag(nil, e.pds, "The public key is no " ..
				  "SubjectPublicKeyInfo that fits")
		end
		return
	end
	item = view:add_rest(f.key, key, stop - key)
	bits = modulus_bits(view, key)
	if bits then
		item:add(f.key_bits, view.tvb(key, math.min(stop, view.stop) -
					      key), bits):set_generated()
	end
	while stop and stop < view.size do
		if view.size - stop < 4 then
			view:flag(nil, e.pds, "Octets behind the extensions")
			return
		end
		stop = extension(view, stop)
	end
end

-- --- options (RFC 5533 5.15, RFC 5534 5.3)
--
-- option[type](view, at, len, m): contents of len octets at a place, which fit
-- into the message; m is what is known of the message.

local option = {}

option[1] = function(view, at, len)
	view:add_rest(f.validator, at, len)
end

-- Octets before the locators, counted from the option, are a multiple of 8
local function list_size(n)
	return math.ceil((9 + n) / 8) * 8 + 16 * n - 4
end

option[2] = function(view, at, len, m)
	local n, first, item

	view:add(f.list_gen, at, 4)
	item = view:add(f.list_num, at + 4, 1)
	if not item then
		if len < 5 then
			view:flag(nil, e.opt_len)
		end
		return
	end
	n = view.tvb(at + 4, 1):uint()
	m.summary = m.summary .. string.format(", %d locator%s", n,
					       n == 1 and "" or "s")
	if len ~= list_size(n) then
		view:flag(item, e.opt_len, string.format(
			"%d locators need a length of %d, not %d", n,
			list_size(n), len))
		return
	end
	if n == 0 then
		view:flag(item, e.empty)
	end
	first = at + len - 16 * n
	for i = 0, n - 1 do
		item = view:add(f.method, at + 5 + i, 1)
		local method = item and view.tvb(at + 5 + i, 1):uint()

		if item and not METHODS[method] then
			view:flag(item, e.method)
		end
		m.cga = m.cga or method == 2
	end
	view:expect_zero(view:add(f.list_pad, at + 5 + n, first - at - 5 - n),
			 at + 5 + n, first - at - 5 - n)
	for i = 0, n - 1 do
		view:add(f.locator, first + 16 * i, 16)
	end
end

local function preference(view, at, len, i)
	local sub = view:sub(f.pref, at, len)
	local flags

	sub.tree:set_text(string.format("Element %d", i))
	flags = sub:add(f.pref_flags, at, 1)
	if flags then
		flags:add(f.pref_broken, sub.tvb(at, 1))
		flags:add(f.pref_transient, sub.tvb(at, 1))
	end
	if len > 1 then
		sub:add(f.pref_prio, at + 1, 1)
	end
	if len > 2 then
		sub:add(f.pref_weight, at + 2, 1)
	end
end

option[3] = function(view, at, len)
	local size, item

	view:add(f.pref_gen, at, 4)
	item = view:add(f.pref_len, at + 4, 1)
	if not item then
		if len < 5 then
			view:flag(nil, e.opt_len)
		end
		return
	end
	size = view.tvb(at + 4, 1):uint()
	if size == 0 or (len - 5) % size ~= 0 then
		view:flag(item, e.opt_len,
			  "The elements do not fill the option")
		return
	end
	for i = 0, math.floor((len - 5) / size) - 1 do
		if not view:has(at + 5 + i * size, 1) then
			return
		end
		preference(view, at + 5 + i * size, size, i)
	end
end

option[4] = function(view, at)
	parameters(view, at)
end

option[5] = function(view, at, len, m)
	m.signed = true
	view:add_rest(f.signature, at, len)
end

option[6] = function(view, at, len, m)
	if len ~= 36 then
		view:flag(nil, e.opt_len, "A ULID Pair has a length of 36")
		return
	end
	view:expect_zero(view:add(f.opt_reserved, at, 4), at, 4)
	view:add(f.ulid_sender, at + 4, 16)
	view:add(f.ulid_receiver, at + 20, 16)
	if view:has(at + 4, 32) then
		m.sender = view.tvb(at + 4, 16):ipv6()
		m.receiver = view.tvb(at + 20, 16):ipv6()
	end
end

option[7] = function(view, at, len, m)
	if len ~= 4 then
		view:flag(nil, e.opt_len,
			  "A Forked Instance Identifier has a length of 4")
		return
	end
	if view:add(f.fii, at, 4) then
		m.summary = m.summary .. ", FII " .. view.tvb(at, 4):uint()
	end
end

option[10] = function(view, at, len)
	if len ~= 4 then
		view:flag(nil, e.opt_len,
			  "A Keepalive Timeout has a length of 4")
		return
	end
	view:expect_zero(view:add(f.opt_reserved, at, 2), at, 2)
	view:add(f.keepalive, at + 2, 2)
end

-- Whether a message may have an option
local function set_of(...)
	local set = {}

	for _, member in ipairs({ ... }) do
		set[member] = true
	end
	return set
end

local LISTED = {
	[1] = set_of(6, 7), [2] = set_of(1),
	[3] = set_of(1, 2, 3, 4, 5, 6, 7, 10),
	[4] = set_of(2, 3, 4, 5, 10), [5] = set_of(1),
	[6] = set_of(1, 2, 3, 4, 5, 6, 7, 10),
	[64] = set_of(2, 3, 4, 5, 10), [65] = {}, [66] = {}, [67] = {},
}
local NEEDS_VALIDATOR = set_of(2, 3, 5, 6)

local function judge(sub, kind, critical, m)
	if not OPTIONS[kind] then
		sub:flag(nil, critical and e.opt_critical or e.opt_unknown)
	elseif not LISTED[m.type][kind] then
		sub:flag(nil, critical and e.opt_critical or e.opt_misplaced)
	end
	if OPTIONS[kind] and m.options[kind] then
		sub:flag(nil, e.opt_dup)
	end
	m.options[kind] = true
end

-- One option; returns where the next one begins, nil when that is unknown
local function one_option(view, at, m)
	local word, kind, len, total, sub

	if at + 4 > view.size then
		view:flag(nil, e.opt_bounds)
		return nil
	end
	if not view:has(at, 4) then
		return nil
	end
	word = view.tvb(at, 2):uint()
	kind = math.floor(word / 2)
	len = view.tvb(at + 2, 2):uint()
	total = math.ceil((4 + len) / 8) * 8
	sub = view:sub(f.option, at, total)
	sub.tree:set_text("Option: " .. (OPTIONS[kind] or "type " .. kind))
	sub:add(f.opt_type, at, 2)
	sub:add(f.opt_c, at, 2)
	sub:add(f.opt_len, at + 2, 2)
	judge(sub, kind, word % 2 == 1, m)
	if at + total > view.size then
		sub:flag(nil, e.opt_bounds)
		return nil
	end
	local contents = View.new(sub.tvb, sub.tree, sub.stop, at + 4 + len)

	if option[kind] then
		option[kind](contents, at + 4, len, m)
	else
		contents:add_rest(f.opt_data, at + 4, len)
	end
	local pad = total - 4 - len
	local item = sub:add(f.opt_pad, at + 4 + len, pad)

	if item and sub.tvb:raw(at + 4 + len, pad):find("[^\0]") then
		sub:flag(item, e.opt_pad)
	end
	return at + total
end

local function options(view, at, m)
	while at and at < view.size do
		at = one_option(view, at, m)
	end
	-- What was not captured may be there
	if not at or view.stop < view.size then
		return
	end
	if NEEDS_VALIDATOR[m.type] and not m.options[1] then
		view:flag(nil, e.opt_missing)
	end
	if m.cga and not m.signed then
		view:flag(nil, e.unsigned)
	end
end

-- --- messages (RFC 5533 5, RFC 5534 5)
--
-- message[type](view, m): what follows the checksum

local MINIMUM = {
	[1] = 16, [2] = 16, [3] = 24, [4] = 16, [5] = 16, [6] = 32, [64] = 16,
	[65] = 16, [66] = 16, [67] = 56, [68] = 16,
}
local message = {}

message[1] = function(view, m)
	m.own = view:r_tag(f.tag_init, 6)
	m.nonce = view:nonce(f.init_nonce, 12)
	options(view, 16, m)
end

message[2] = function(view, m)
	view:reserved(6, 2)
	view:nonce(f.init_nonce, 8)
	view:nonce(f.resp_nonce, 12)
	options(view, 16, m)
end

message[3] = function(view, m)
	m.own = view:r_tag(f.tag_init, 6)
	m.nonce = view:nonce(f.init_nonce, 12)
	view:nonce(f.resp_nonce, 16)
	view:reserved(20, 4)
	options(view, 24, m)
end

message[4] = function(view, m)
	m.own = view:r_tag(f.tag_resp, 6)
	m.answers = view:nonce(f.init_nonce, 12)
	options(view, 16, m)
end

message[5] = function(view, m)
	m.shown = view:r_tag(f.tag_packet, 6)
	view:nonce(f.resp_nonce, 12)
	options(view, 16, m)
end

-- The reserved field is 49 bits long; the last one is in front of the tag.
message[6] = function(view, m)
	m.own = view:r_tag(f.tag_init, 6)
	m.nonce = view:nonce(f.init_nonce, 12)
	view:nonce(f.resp_nonce, 16)
	view:reserved(20, 6)
	view:tag(f.tag_packet, 26)
	options(view, 32, m)
end

message[64] = function(view, m)
	m.receiver_tag = view:r_tag(f.tag_recv, 6)
	view:nonce(f.req_nonce, 12)
	options(view, 16, m)
end

message[65] = message[64]

message[66] = function(view, m)
	m.receiver_tag = view:r_tag(f.tag_recv, 6)
	view:reserved(12, 4)
	options(view, 16, m)
end

local function record(view, field, at, text)
	local sub = view:sub(field, at, RECORD)

	sub.tree:set_text(text)
	sub:add(f.probe_src, at, 16)
	sub:add(f.probe_dst, at + 16, 16)
	sub:add(f.probe_nonce, at + 32, 4)
	sub:add(f.probe_data, at + 36, 4)
end

local function records(view, field, at, n, name)
	for i = 1, n do
		if not view:has(at, 1) then
			return
		end
		record(view, field, at, string.format("%s probe %d", name, i))
		at = at + RECORD
	end
end

message[67] = function(view, m)
	local counts, sta, sent, received, item

	m.receiver_tag = view:r_tag(f.tag_recv, 6)
	view:add(f.precvd, 12, 1)
	item = view:add(f.psent, 12, 1)
	if not view:has(12, 4) then
		return
	end
	counts = view.tvb(12, 1):uint()
	received, sent = math.floor(counts / 16), counts % 16
	sta = math.floor(view.tvb(13, 1):uint() / 64)
	if sent == 0 then
		view:flag(item, e.psent)
	end
	item = view:add(f.sta, 13, 1)
	if not STATES[sta] then
		view:flag(item, e.sta)
	end
	view:add(f.probe_reserved, 13, 3)
	m.summary = string.format(", %s, %d sent, %d received",
				  STATES[sta] or "Sta 3", sent, received)
	if 16 + RECORD * (sent + received) > view.size then
		view:flag(item, e.records)
	elseif sta == 2 and received == 0 then
		view:flag(item, e.report)
	end
	records(view, f.sent, 16, sent, "Sent")
	records(view, f.received, 16 + RECORD * sent, received, "Received")
	if 16 + RECORD * (sent + received) <= view.size then
		options(view, 16 + RECORD * (sent + received), m)
	end
end

local ipv6_dissector = Dissector.get("ipv6")
local data_dissector = Dissector.get("data")
local protocols = DissectorTable.get("ip.proto")

-- A packet that is too short for another dissector is shown as such by call(),
-- which then raises an error that is none of this script.
local function hand_over(dissector, tvb, pinfo, tree)
	pcall(dissector.call, dissector, tvb, pinfo, tree)
end

-- A packet in error ends where the Error message had no more room.
local quoting = false

-- The packet in error, as in an ICMPv6 error: it changes nothing that belongs
-- to the packet around it.
local function quote(view, at, len, pinfo, m)
	local item = view:add(f.quoted, at, len)
	local src, dst = pinfo.src, pinfo.dst
	local net_src, net_dst = pinfo.net_src, pinfo.net_dst
	local sport, dport = pinfo.src_port, pinfo.dst_port

	if not item then
		return
	end
	item:set_text("Packet in error")
	if math.floor(view.tvb(at, 1):uint() / 16) ~= 6 then
		view:flag(item, e.quoted)
		return
	end
	quoting = true
	hand_over(ipv6_dissector, view.tvb(at, len):tvb(), pinfo, item)
	quoting = false
	pinfo.src, pinfo.dst = src, dst
	pinfo.net_src, pinfo.net_dst = net_src, net_dst
	pinfo.src_port, pinfo.dst_port = sport, dport
end

message[68] = function(view, m, pinfo)
	local item = view:add(f.pointer, 6, 2)
	local len = view.stop - 8
	local pointer

	if m.code and not ERRORS[m.code] then
		view:flag(view.tree, e.error_code)
	end
	m.summary = ": " .. (ERRORS[m.code] or "code " .. tostring(m.code))
	if not item or len < 1 then
		return
	end
	pointer = view.tvb(6, 2):uint()
	if 8 + pointer >= view.size then
		view:flag(item, e.pointer)
	elseif view:has(8 + pointer, 1) then
		view:add(f.pointed, 8 + pointer, 1):set_generated()
	end
	quote(view, 8, len, pinfo, m)
end

-- --- ULIDs

local function learn(pinfo, m)
	local pair

	if pinfo.visited then
		return
	end
	if m.own and m.nonce then
		pair = { own = m.sender or pinfo.src,
			 other = m.receiver or pinfo.dst }
		by_nonce[m.nonce] = pair
		by_tag[m.own] = pair
	elseif m.own and m.answers and by_nonce[m.answers] then
		pair = by_nonce[m.answers]
		by_tag[m.own] = { own = pair.other, other = pair.own }
	end
end

-- ULIDs of a packet whose destination allocated the tag
local function known(pinfo, tag)
	local frame = by_frame[pinfo.number] or {}

	if not pinfo.visited then
		frame[tag] = by_tag[tag]
		by_frame[pinfo.number] = frame
	end
	return frame[tag]
end

local function show_ulids(view, pinfo, tag)
	local pair = tag and known(pinfo, tag)

	if not pair then
		return nil
	end
	view.tree:add(f.ulid_src, pair.other):set_generated()
	view.tree:add(f.ulid_dst, pair.own):set_generated()
	return pair
end

-- --- the two kinds of headers

local function inner(next_header, tvb, pinfo, root)
	if tvb:len() > 0 then
		hand_over(protocols:get_dissector(next_header) or
			  data_dissector, tvb, pinfo, root)
	end
end

-- What to say of a header that is shorter than its size
local function ends_early(tvb, size)
	if tvb:reported_len() < size and not quoting then
		return e.truncated
	end
	return e.cut
end

local function payload(tvb, pinfo, root)
	local tree = root:add(shim, tvb(0, math.min(8, tvb:len())))
	local view = View.new(tvb, tree, 8, 8)
	local tag, pair, item
	local src, dst

	view:add(f.next, 0, 1)
	item = view:add(f.hel, 1, 1)
	view:add(f.p, 2, 1)
	tag = view:tag(f.tag_recv, 2)
	pinfo.cols.protocol = "Shim6"
	if not tag then
		pinfo.cols.info = "Payload, cut short"
		tree:add_proto_expert_info(ends_early(tvb, 8))
		return
	end
	pinfo.cols.info = "Payload, tag " .. tag
	tree:set_text("Multihoming Shim, Payload Extension Header, tag " .. tag)
	if tvb(1, 1):uint() ~= 0 then
		tree:add_proto_expert_info(e.payload_len)
		return
	end
	if tvb(0, 1):uint() == SHIM6 then
		tree:add_proto_expert_info(e.nested)
		return
	end
	pair = show_ulids(view, pinfo, tag)
	if not pair then
		tree:add_proto_expert_info(e.ulids)
	end
	if tvb(0, 1):uint() == FRAGMENT then
		tree:add_proto_expert_info(e.fragment)
	end
	src, dst = pinfo.src, pinfo.dst
	if pair then
		pinfo.src, pinfo.dst = pair.other, pair.own
	end
	inner(tvb(0, 1):uint(), tvb(8):tvb(), pinfo, root)
	pinfo.src, pinfo.dst = src, dst
	pinfo.cols.info:append(" [tag " .. tag .. "]")
end

local function check_sum(view)
	local item = view:add(f.checksum, 4, 2)
	local status = 2

	if not item then
		return
	end
	if view.stop == view.size then
		status = checksum_of(view.tvb:raw(0, view.size)) == 0xffff and
			1 or 0
	end
	item:append_text(" [" .. STATUSES[status]:lower() .. "]")
	item:add(f.status, view.tvb(4, 2), status):set_generated()
	if status == 0 then
		view:flag(item, e.checksum)
	end
end

-- Lengths that lie are told before anything else is.
local function check_size(view, tvb, m)
	if view.size > tvb:len() then
		view:flag(nil, ends_early(tvb, view.size))
	end
	m.short = m.type and MINIMUM[m.type] and
		 view.size < MINIMUM[m.type]
	if m.short then
		view:flag(nil, e.short)
	end
	if view.size + IPV6_HEADER > MAX_PACKET then
		view:flag(nil, e.big)
	end
end

local function first_octets(view, m)
	local item = view:add(f.next, 0, 1)

	if view.tvb(0, 1):uint() ~= NO_NEXT_HEADER then
		view:flag(item, e.next)
	end
	item = view:add(f.hel, 1, 1)
	if item then
		item:add(f.size, view.tvb(1, 1), view.size):set_generated()
	end
	view:add(f.p, 2, 1)
	item = view:add(f.type, 2, 1)
	if item and not MESSAGES[m.type] then
		view:flag(item, e.type)
	end
	if not view:has(3, 1) then
		return
	end
	if m.type == 68 then
		view:add(f.error_code, 3, 1)
		m.code = math.floor(view.tvb(3, 1):uint() / 2)
	else
		item = view:add(f.reserved1, 3, 1)
		if view.tvb(3, 1):uint() > 1 then
			view:flag(item, e.reserved)
		end
	end
	item = view:add(f.s, 3, 1)
	m.hip = view.tvb(3, 1):uint() % 2 == 1
	if m.hip then
		view:flag(item, e.hip)
	end
end

local function control(tvb, pinfo, root)
	local size = 8
	local m = { options = {}, summary = "" }
	local tree, view, name

	if tvb:len() > 1 then
		size = (tvb(1, 1):uint() + 1) * 8
	end
	if tvb:len() > 2 then
		m.type = tvb(2, 1):uint() % 128
	end
	name = m.type and (MESSAGES[m.type] or "type " .. m.type) or "cut short"
	tree = root:add(shim, tvb(0, math.min(size, tvb:len())))
	tree:set_text("Multihoming Shim, " .. name)
	view = View.new(tvb, tree, size, size)
	pinfo.cols.protocol = "Shim6"
	first_octets(view, m)
	check_size(view, tvb, m)
	check_sum(view)
	if message[m.type] and not m.hip and not m.short then
		message[m.type](view, m, pinfo)
		learn(pinfo, m)
		show_ulids(view, pinfo, m.receiver_tag)
	end
	if tvb:len() > size then
		view:flag(tree:add(f.trailer, tvb(size)), e.trailer)
	end
	local tag = m.own or m.receiver_tag or m.shown

	pinfo.cols.protocol = "Shim6"
	pinfo.cols.info = name .. m.summary .. (tag and ", tag " .. tag or "")
end

function shim.dissector(tvb, pinfo, root)
	if tvb:len() < 1 then
		return 0
	end
	if tvb:len() > 2 and tvb(2, 1):uint() >= 128 then
		payload(tvb, pinfo, root)
	else
		control(tvb, pinfo, root)
	end
	return tvb:len()
end

protocols:set(SHIM6, shim)
