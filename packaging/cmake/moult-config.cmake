# SPDX-License-Identifier: MIT
#
# find_package(moult): the library as moult::moult, the program as moult::program, and
#
#	moult_add_upgrade(TARGET NAME RELEASES FOLDER|DOCUMENT... [WANT DOCUMENT]
#		[SQLITE X.Y.Z] [OPTIONS OPTION...])
#
# which adds the library target NAME: the C unit that brings a file from any of the releases to
# the newest, or to WANT, made by `moult plan ... --format c`, with its header NAME.h and its
# function NAME_upgrade().  That of a folder makes a new file, too.  It needs SQLite and nothing else.  The unit is made again when a
# document changes, and what moult refuses fails the build with moult's own words.  SQLITE is the
# oldest release of SQLite that runs the upgrade; OPTIONS are further options of moult plan.
#
#	find_package(moult REQUIRED COMPONENTS program)
#	moult_add_upgrade(TARGET notes_upgrade RELEASES schema/releases SQLITE 3.24.0)
#	target_link_libraries(app PRIVATE notes_upgrade)
#
# The components are library and program; without a list both are wanted.  moult_EXECUTABLE may
# name a program that is elsewhere.  Where a target SQLite::SQLite3 is there already, as in a
# project that compiles sqlite3.c, that is the one.
include(CMakeFindDependencyMacro)
include(FindPackageHandleStandardArgs)
if(NOT TARGET SQLite::SQLite3)
	find_dependency(SQLite3)
endif()
if(NOT moult_FIND_COMPONENTS)
	set(moult_FIND_COMPONENTS library program)
	set(moult_FIND_REQUIRED_library TRUE)
	set(moult_FIND_REQUIRED_program TRUE)
endif()

get_filename_component(moult_libdir "${CMAKE_CURRENT_LIST_DIR}/../.." ABSOLUTE)
set(moult_roots "${moult_libdir}/.." "${moult_libdir}/../..")
find_library(moult_LIBRARY moult HINTS "${moult_libdir}")
find_path(moult_INCLUDE_DIR moult.h HINTS ${moult_roots} PATH_SUFFIXES include)
find_program(moult_EXECUTABLE moult HINTS ${moult_roots} PATH_SUFFIXES bin)
mark_as_advanced(moult_LIBRARY moult_INCLUDE_DIR moult_EXECUTABLE)

if(moult_LIBRARY AND moult_INCLUDE_DIR)
	set(moult_library_FOUND TRUE)
endif()
if(moult_library_FOUND AND NOT TARGET moult::moult)
	add_library(moult::moult UNKNOWN IMPORTED)
	set_target_properties(moult::moult PROPERTIES
		IMPORTED_LOCATION "${moult_LIBRARY}"
		INTERFACE_INCLUDE_DIRECTORIES "${moult_INCLUDE_DIR}")
	set(moult_needs SQLite::SQLite3)
	if(moult_LIBRARY MATCHES "\\.a$")
		find_dependency(LibXml2)
		find_dependency(Threads)
		list(APPEND moult_needs LibXml2::LibXml2 Threads::Threads m)
	endif()
	set_property(TARGET moult::moult PROPERTY INTERFACE_LINK_LIBRARIES ${moult_needs})
endif()
if(moult_EXECUTABLE)
	set(moult_program_FOUND TRUE)
endif()
if(moult_program_FOUND AND NOT TARGET moult::program)
	add_executable(moult::program IMPORTED)
	set_target_properties(moult::program PROPERTIES IMPORTED_LOCATION "${moult_EXECUTABLE}")
endif()

# In the scope of the caller: the documents that the operands of moult plan stand for.
macro(moult_list_documents)
	set(operands)
	set(documents)
	foreach(release IN LISTS arg_RELEASES arg_WANT)
		get_filename_component(path "${release}" ABSOLUTE)
		get_source_file_property(generated "${path}" GENERATED)
		set(found "${path}")
		if(IS_DIRECTORY "${path}")
			file(GLOB found CONFIGURE_DEPENDS "${path}/*.xml" "${path}/releases.sum")
		endif()
		if(NOT found OR NOT (EXISTS "${path}" OR generated))
			message(FATAL_ERROR "moult_add_upgrade(${arg_TARGET}): there is no release in ${path}")
		endif()
		list(APPEND operands "${path}")
		list(APPEND documents ${found})
	endforeach()
endmacro()

function(moult_add_upgrade)
	cmake_parse_arguments(PARSE_ARGV 0 arg "" "TARGET;WANT;SQLITE" "RELEASES;OPTIONS")
	if(arg_UNPARSED_ARGUMENTS OR NOT arg_TARGET OR NOT arg_RELEASES)
		message(FATAL_ERROR "moult_add_upgrade(TARGET NAME RELEASES FOLDER|DOCUMENT... [WANT DOCUMENT] "
			"[SQLITE X.Y.Z] [OPTIONS OPTION...]): ${arg_UNPARSED_ARGUMENTS}")
	endif()
	if(NOT TARGET moult::program)
		message(FATAL_ERROR "moult_add_upgrade(${arg_TARGET}): the program moult was not found")
	endif()
	moult_list_documents()
	if(arg_SQLITE)
		list(APPEND arg_OPTIONS --sqlite "${arg_SQLITE}")
	endif()
	set(made "${CMAKE_CURRENT_BINARY_DIR}/${arg_TARGET}-moult")
	file(MAKE_DIRECTORY "${made}")
	add_custom_command(
		OUTPUT "${made}/${arg_TARGET}.c" "${made}/${arg_TARGET}.h"
		COMMAND moult::program plan ${operands} ${arg_OPTIONS} --quiet --format c
			-o "${made}/${arg_TARGET}.c"
		DEPENDS ${documents} "${moult_EXECUTABLE}"
		COMMENT "making the upgrade ${arg_TARGET}"
		VERBATIM)
	add_library(${arg_TARGET} STATIC "${made}/${arg_TARGET}.c" "${made}/${arg_TARGET}.h")
	target_include_directories(${arg_TARGET} PUBLIC "${made}")
	target_link_libraries(${arg_TARGET} PUBLIC SQLite::SQLite3)
	set_target_properties(${arg_TARGET} PROPERTIES C_STANDARD 99 POSITION_INDEPENDENT_CODE ON)
endfunction()

find_package_handle_standard_args(moult HANDLE_COMPONENTS VERSION_VAR moult_VERSION)
